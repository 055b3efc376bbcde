// Plays an answer from the second at which a quote was said: on the pages that compare, and on a shared report.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-player]");
  const player = button && document.getElementById(button.dataset.player);
  if (!player) return;
  const start = () => {
    player.currentTime = Number(button.dataset.second);
    player.play();
  };
  if (player.readyState > 0) {
    start();
    return;
  }
  player.addEventListener("loadedmetadata", start, { once: true });
  player.load();
});
