// A microphone that has bad days: `heard` are the streams that were opened, `refuseMicrophone(name)` makes the next ones
// fail, `overlookPrompt()` leaves the browser's question open until `answerPrompt()`, `isSlow` fills the line. A reload
// remembers them.
(() => {
  const devices = navigator.mediaDevices;
  const real = devices.getUserMedia.bind(devices);
  let answer = () => {};
  let isTouched = false;
  for (const gesture of ["pointerdown", "keydown"]) window.addEventListener(gesture, () => (isTouched = true), true);
  window.heard = [];
  window.isSlow = false;
  window.refuseMicrophone = (name) => sessionStorage.setItem("test-refused", name);
  window.overlookPrompt = () => sessionStorage.setItem("test-overlooked", "yes");
  window.answerPrompt = () => {
    sessionStorage.removeItem("test-overlooked");
    answer();
  };
  window.asleepUntilTouched = () => sessionStorage.setItem("test-asleep", "yes");
  devices.getUserMedia = async (wanted) => {
    const name = sessionStorage.getItem("test-refused");
    if (name) throw new DOMException("refused by the test", name);
    if (sessionStorage.getItem("test-overlooked")) await new Promise((resolve) => (answer = resolve));
    const stream = await real(wanted);
    window.heard.push(stream);
    return stream;
  };
  const { resume } = AudioContext.prototype;
  if (sessionStorage.getItem("test-asleep")) {
    window.AudioContext = class extends AudioContext {
      constructor(...options) {
        super(...options);
        void this.suspend();
      }
      resume() {
        return isTouched ? resume.call(this) : Promise.reject(new DOMException("not touched"));
      }
    };
  }
  const { get } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "bufferedAmount");
  Object.defineProperty(WebSocket.prototype, "bufferedAmount", {
    get() {
      return window.isSlow ? 70_000 : get.call(this);
    },
  });
})();
