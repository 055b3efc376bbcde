// A voice for a browser that has none: it speaks until the test calls `endSpeech()`, or the page cancels it.
(() => {
  const voice = { lang: "en-US", localService: true, name: "Test", voiceURI: "test", default: true };
  const queue = [];
  const next = () => queue[0]?.onstart?.();
  window.spoken = [];
  window.endSpeech = () => {
    const one = queue.shift();
    one?.onend?.();
    next();
  };
  window.SpeechSynthesisUtterance = class {
    constructor(text) {
      this.text = text;
    }
  };
  const synthesis = {
    getVoices: () => [voice],
    speak(one) {
      queue.push(one);
      window.spoken.push(one.text.trim());
      if (queue.length === 1) next();
    },
    cancel: () => queue.splice(0),
    addEventListener() {},
    removeEventListener() {},
  };
  Object.defineProperty(window, "speechSynthesis", { value: synthesis });
})();
