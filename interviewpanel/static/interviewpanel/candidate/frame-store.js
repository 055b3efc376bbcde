// @ts-check
/**
 * Recorded frames that the server has not acknowledged, kept in the browser's IndexedDB so that a reload or a crash does
 * not lose them; in memory where there is no IndexedDB. Used by audio-sender.js. No method ever rejects.
 */

/** @typedef {{sequence: number, pcm: ArrayBuffer}} StoredFrame */

/**
 * @typedef {object} FrameStore
 * @property {boolean} isDurable false: a reload loses what is kept
 * @property {(answer: number, sequence: number, pcm: ArrayBuffer) => Promise<void>} put
 * @property {(answer: number, afterSequence: number) => Promise<StoredFrame[]>} list in order
 * @property {(answer: number, throughSequence: number) => Promise<void>} forget
 * @property {(answer: number) => Promise<void>} keepOnly forget every other answer
 * @property {(answer: number) => Promise<number>} findLast −1 for none
 * @property {() => Promise<void>} clear forget all: the interview is over
 */

const FRAMES = "frames";
const OPEN_MS = 3000;

/**
 * @param {string} name one for each interview; not the token itself, which is a secret and would stay on the disk
 * @returns {Promise<FrameStore>}
 */
export async function openFrameStore(name) {
  try {
    return new DatabaseFrameStore(name, await openDatabase(name));
  } catch {
    return new MemoryFrameStore();
  }
}

/** @param {string} name @returns {Promise<IDBDatabase>} */
function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    const giveUp = setTimeout(() => reject(new Error("IndexedDB does not open")), OPEN_MS);
    request.onupgradeneeded = () => request.result.createObjectStore(FRAMES);
    request.onsuccess = () => {
      clearTimeout(giveUp);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

/** @param {number} answer @param {number} [after] @param {number} [through] */
function makeRange(answer, after = -1, through = Infinity) {
  return IDBKeyRange.bound([answer, after], [answer, through], true, false);
}

/** @implements {FrameStore} */
class DatabaseFrameStore {
  /** @type {Promise<void>|null} */ #opening = null;

  /** @param {string} name @param {IDBDatabase} database */
  constructor(name, database) {
    this.name = name;
    this.isDurable = true;
    this.#use(database);
  }

  /** @param {IDBDatabase} database */
  #use(database) {
    this.database = database;
    database.onversionchange = () => database.close();
  }

  /** @param {number} answer @param {number} sequence @param {ArrayBuffer} pcm */
  async put(answer, sequence, pcm) {
    await this.write((frames) => frames.put(pcm, [answer, sequence]));
  }

  /** @param {number} answer @param {number} afterSequence @returns {Promise<StoredFrame[]>} */
  async list(answer, afterSequence) {
    const range = makeRange(answer, afterSequence);
    const [keys, values] = await this.read([], (frames) => [frames.getAllKeys(range), frames.getAll(range)]);
    return (keys ?? []).map((/** @type {number[]} */ key, /** @type {number} */ at) => ({
      sequence: key[1],
      pcm: values[at],
    }));
  }

  /** @param {number} answer @param {number} throughSequence */
  async forget(answer, throughSequence) {
    if (throughSequence >= 0) await this.write((frames) => frames.delete(makeRange(answer, -1, throughSequence)));
  }

  /** @param {number} answer */
  async keepOnly(answer) {
    await this.write((frames) => {
      frames.delete(IDBKeyRange.upperBound([answer, -1]));
      frames.delete(IDBKeyRange.lowerBound([answer, Infinity], true));
    });
  }

  /** @param {number} answer @returns {Promise<number>} */
  async findLast(answer) {
    const [cursor] = await this.read([], (frames) => [frames.openKeyCursor(makeRange(answer), "prev")]);
    return cursor ? cursor.key[1] : -1;
  }

  async clear() {
    await this.write((frames) => frames.clear());
  }

  /**
   * @param {(frames: IDBObjectStore) => unknown} work
   * @returns {Promise<void>} when it is done; where it fails (the disk is full), this store is durable no more
   */
  async write(work) {
    try {
      await this.#insist("readwrite", (frames) => {
        work(frames);
        return [];
      });
    } catch {
      this.isDurable = false;
    }
  }

  /**
   * @param {any[]} otherwise what to answer where it fails
   * @param {(frames: IDBObjectStore) => IDBRequest[]} ask
   * @returns {Promise<any[]>}
   */
  async read(otherwise, ask) {
    try {
      return await this.#insist("readonly", ask);
    } catch {
      this.isDurable = false;
      return otherwise;
    }
  }

  /**
   * Once more with a fresh connection, where the browser has closed ours: a phone does so to a page in the background.
   * @param {IDBTransactionMode} mode @param {(frames: IDBObjectStore) => IDBRequest[]} ask @returns {Promise<any[]>}
   */
  async #insist(mode, ask) {
    try {
      return await this.#work(mode, ask);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
    }
    this.#opening ??= openDatabase(this.name).then((database) => this.#use(database));
    await this.#opening.finally(() => {
      this.#opening = null;
    });
    return this.#work(mode, ask);
  }

  /** @param {IDBTransactionMode} mode @param {(frames: IDBObjectStore) => IDBRequest[]} ask @returns {Promise<any[]>} */
  #work(mode, ask) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(FRAMES, mode, { durability: "relaxed" });
      const requests = ask(transaction.objectStore(FRAMES));
      transaction.oncomplete = () => resolve(requests.map((request) => request.result));
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

/** @implements {FrameStore} */
class MemoryFrameStore {
  constructor() {
    this.isDurable = false;
    /** @type {Map<number, Map<number, ArrayBuffer>>} */
    this.answers = new Map();
  }

  /** @param {number} answer @param {number} sequence @param {ArrayBuffer} pcm */
  async put(answer, sequence, pcm) {
    const frames = this.answers.get(answer) ?? new Map();
    this.answers.set(answer, frames.set(sequence, pcm));
  }

  /** @param {number} answer @param {number} afterSequence @returns {Promise<StoredFrame[]>} */
  async list(answer, afterSequence) {
    const frames = [...(this.answers.get(answer) ?? [])].map(([sequence, pcm]) => ({ sequence, pcm }));
    return frames.filter((one) => one.sequence > afterSequence).sort((a, b) => a.sequence - b.sequence);
  }

  /** @param {number} answer @param {number} throughSequence */
  async forget(answer, throughSequence) {
    const frames = this.answers.get(answer);
    for (const sequence of [...(frames?.keys() ?? [])]) if (sequence <= throughSequence) frames?.delete(sequence);
  }

  /** @param {number} answer */
  async keepOnly(answer) {
    for (const other of [...this.answers.keys()]) if (other !== answer) this.answers.delete(other);
  }

  /** @param {number} answer @returns {Promise<number>} */
  async findLast(answer) {
    return Math.max(-1, ...(this.answers.get(answer)?.keys() ?? []));
  }

  async clear() {
    this.answers.clear();
  }
}
