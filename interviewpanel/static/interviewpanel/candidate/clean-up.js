// @ts-check
/** The link opens no interview any more: sound and drafts that this browser still keeps of it go. It may be shared. */

const name = document.querySelector("meta[name=interview-store]")?.getAttribute("content");
if (name) {
  try {
    window.indexedDB.deleteDatabase(name);
    for (const key of Object.keys(window.localStorage)) if (key.startsWith(`${name}-`)) window.localStorage.removeItem(key);
  } catch {
    // Storage is switched off: nothing was kept.
  }
}
