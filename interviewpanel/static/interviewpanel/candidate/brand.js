// @ts-check
/** The organization's colour on buttons and signs, always with text that can be read on it. Loaded by every page. */

const colour = document.querySelector(".band rect")?.getAttribute("fill") ?? "";
if (/^#[0-9a-f]{6}$/i.test(colour)) {
  const luminance = measureLuminance(colour);
  const isDark = luminance < 0.179; // where white and black have the same contrast, 4.58 : 1
  document.documentElement.style.setProperty("--brand", colour);
  document.documentElement.style.setProperty("--on-brand", isDark ? "#ffffff" : "#000000");
  document.documentElement.style.setProperty("--pressed", isDark ? "black" : "white");
  document.documentElement.style.setProperty("--brand-share", luminance < 0.14 ? "100%" : "45%"); // where it is drawn on white
}

/** Relative luminance, as WCAG 2.2 defines it. @param {string} hex */
function measureLuminance(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
