// A candidate without a page: the modules that carry their voice, wired as the page wires them, and every frame noted
// outside the browser once it is in the store. Run by tests/browser_candidates.py.
async ({ socketPath, storeName }) => {
  const [{ openMicrophone }, { openFrameStore }, { InterviewSocket }, { AudioSender }] = await Promise.all(
    ["microphone", "frame-store", "socket", "audio-sender"].map(
      (name) => import(`/static/interviewpanel/candidate/${name}.js`),
    ),
  );
  const encode = (pcm) => btoa(String.fromCharCode(...new Uint8Array(pcm)));
  const store = await openFrameStore(storeName);
  const putQuietly = store.put.bind(store);
  store.put = async (answer, sequence, pcm) => {
    const text = encode(pcm);
    await putQuietly(answer, sequence, pcm);
    await window.noteFrame(answer, sequence, text);
  };
  const socket = new InterviewSocket(socketPath);
  const sender = new AudioSender(store, socket);
  const microphone = await openMicrophone();
  const candidate = { store, socket, sender, microphone, states: [], heard: [], errors: [], answer: 0, level: 0 };
  candidate.spoken = [];
  window.candidate = candidate;
  microphone.onFrame = (pcm, level) => {
    candidate.level = Math.max(candidate.level, level);
    candidate.spoken.push(pcm.slice(0));
    sender.take(pcm);
  };
  socket.addEventListener("state", ({ detail }) => candidate.states.push([detail.state, detail.code]));

  const ask = (question, through) => {
    candidate.answer = question.answer;
    sender.begin(question.answer, through);
    socket.send({ type: "playback_finished", sequence: question.sequence });
  };
  const handlers = {
    session_state: (state) => {
      const accepted = { document_version: state.consent.document_version, accepted: true };
      if (!state.consent.is_given) socket.send({ type: "start", consent: accepted });
      const known = state.acknowledged;
      if (state.question && known.is_open) ask(state.question, known.through);
    },
    next_question: (question) => question.isPast || ask(question, -1),
    error: (error) => candidate.errors.push(error.code),
  };
  socket.addEventListener("message", ({ detail }) => {
    candidate.heard.push([detail.type, detail.sequence ?? null]);
    sender.handle(detail);
    handlers[detail.type]?.(detail);
  });
  candidate.finishAnswer = async () => {
    await sender.end();
    return socket.send({ type: "end_turn", answer: candidate.answer });
  };
  socket.open();
};
