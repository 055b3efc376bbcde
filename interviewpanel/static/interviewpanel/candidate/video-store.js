// @ts-check
/**
 * Video chunks that the server has not stored yet, kept in the browser's IndexedDB so that a reload does not lose them;
 * in memory where there is none or the disk is full. Used by video.js. No method ever rejects.
 */

/**
 * @typedef {object} VideoChunk
 * @property {string} video its recording's name, a UUID
 * @property {number} number 0, 1, 2 … within the recording
 * @property {string} type as MediaRecorder tells it
 * @property {number} startedAt when the recording began, in milliseconds of this browser's clock
 * @property {ArrayBuffer} body
 */

const CHUNKS = "chunks";
const OPEN_MS = 3000;

/**
 * @param {string} name one for each interview; not the token itself, which is a secret and would stay on the disk
 * @returns {Promise<VideoStore>}
 */
export async function openVideoStore(name) {
  try {
    return new VideoStore(await openDatabase(name));
  } catch {
    return new VideoStore(null);
  }
}

/** @param {string} name @returns {Promise<IDBDatabase>} */
function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    const giveUp = setTimeout(() => reject(new Error("IndexedDB does not open")), OPEN_MS);
    request.onupgradeneeded = () => request.result.createObjectStore(CHUNKS, { keyPath: ["video", "number"] });
    request.onsuccess = () => {
      clearTimeout(giveUp);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

/** @param {string} video @param {number} [before] */
function makeRange(video, before = Infinity) {
  return IDBKeyRange.bound([video, 0], [video, before], false, true);
}

/** Use `openVideoStore`. */
export class VideoStore {
  /** @param {IDBDatabase | null} database */
  constructor(database) {
    this.database = database;
    /** @type {VideoChunk[]} later than what the database holds: what it did not take */
    this.inMemory = [];
    if (database) database.onversionchange = () => database.close();
  }

  /** @param {VideoChunk} chunk */
  async put(chunk) {
    // Once a chunk is in memory, those after it are too: they are sent in order.
    if (this.inMemory.some((one) => one.video === chunk.video)) this.inMemory.push(chunk);
    else if ((await this.run("readwrite", (chunks) => chunks.put(chunk))) === undefined) this.inMemory.push(chunk);
  }

  /** @returns {Promise<VideoChunk | null>} the first chunk of some recording, null where nothing is left */
  async findFirst() {
    const stored = await this.run("readonly", (chunks) => chunks.openCursor());
    return stored?.value ?? this.inMemory[0] ?? null;
  }

  /** @returns {Promise<number>} how many chunks are kept */
  async count() {
    const stored = await this.run("readonly", (chunks) => chunks.count());
    return (stored ?? 0) + this.inMemory.length;
  }

  /** @param {string} video @param {number} [before] the first number to keep; without it nothing of it is kept */
  async forget(video, before = Infinity) {
    this.inMemory = this.inMemory.filter((one) => one.video !== video || one.number >= before);
    await this.run("readwrite", (chunks) => chunks.delete(makeRange(video, before)));
  }

  async clear() {
    this.inMemory = [];
    await this.run("readwrite", (chunks) => chunks.clear());
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {(chunks: IDBObjectStore) => IDBRequest} ask
   * @returns {Promise<any>} what the request gives, once its transaction is done; undefined where it failed
   */
  async run(mode, ask) {
    const { database } = this;
    if (!database) return undefined;
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(CHUNKS, mode);
        const request = ask(transaction.objectStore(CHUNKS));
        request.onsuccess = () => {
          const { result } = request;
          transaction.oncomplete = () => resolve(result);
        };
        transaction.onabort = () => reject(transaction.error);
      });
    } catch {
      return undefined;
    }
  }
}
