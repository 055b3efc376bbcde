// @ts-check
/**
 * Runs beside the page, in the browser's audio thread: what a microphone gives, at any rate, becomes 16 kHz mono s16le in
 * frames of 1,536 samples (96 ms). Loaded by microphone.js; each frame is posted as {pcm, level, peak}.
 */

const OUTPUT_RATE = 16000;
const FRAME_SAMPLES = 1536;
const ZERO_CROSSINGS = 20; // of the filter to each side, at the lower of the two rates
const PASS_SHARE = 0.9; // of the lower Nyquist frequency: 7.2 kHz are kept, from 8 kHz on nothing folds back
const KAISER_BETA = 5.65; // 60 dB down beyond the band

/** What the audio thread offers and the page does not. @type {any} */
const scope = globalThis;

/** The modified Bessel function of order 0, as its power series. @param {number} x @returns {number} */
function computeBessel(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-9; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** @param {number} a @param {number} b @returns {number} */
function findCommonDivisor(a, b) {
  return b === 0 ? a : findCommonDivisor(b, a % b);
}

/**
 * A low-pass filter (sinc under a Kaiser window) cut into one row of `taps` weights for each of `up` positions between
 * two input samples; each row sums to 1.
 * @param {number} up @param {number} down @param {number} taps @returns {Float32Array[]}
 */
function designFilter(up, down, taps) {
  const length = taps * up;
  const centre = (length - 1) / 2;
  const cutoff = PASS_SHARE / Math.max(up, down); // as a share of the Nyquist frequency of up × the input rate
  const prototype = Float64Array.from({ length }, (_, n) => {
    const x = cutoff * (n - centre);
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    const place = (n - centre) / (centre + 1);
    return sinc * computeBessel(KAISER_BETA * Math.sqrt(1 - place * place));
  });
  return Array.from({ length: up }, (_, phase) => {
    const row = Float32Array.from({ length: taps }, (_unused, k) => prototype[k * up + phase]);
    const sum = row.reduce((total, weight) => total + weight, 0);
    return row.map((weight) => weight / sum);
  });
}

/** From one rate to 16 kHz, block by block, with no seam between the blocks. */
class Resampler {
  /** @param {number} inputRate in Hz, a whole number */
  constructor(inputRate) {
    const common = findCommonDivisor(inputRate, OUTPUT_RATE);
    this.up = OUTPUT_RATE / common;
    this.down = inputRate / common;
    const isSame = this.up === this.down;
    this.taps = isSame ? 1 : 2 * Math.ceil(ZERO_CROSSINGS * Math.max(1, this.down / this.up));
    this.rows = isSame ? [Float32Array.of(1)] : designFilter(this.up, this.down, this.taps);
    this.heard = new Float32Array(this.taps - 1);
    this.time = 0; // of the next output sample after the block's start, in 1/up of an input sample
  }

  /** @param {Float32Array} block @param {(sample: number) => void} emit */
  push(block, emit) {
    const before = this.taps - 1;
    if (this.heard.length !== before + block.length) {
      const longer = new Float32Array(before + block.length);
      longer.set(this.heard.subarray(this.heard.length - before));
      this.heard = longer;
    } else {
      this.heard.copyWithin(0, block.length);
    }
    this.heard.set(block, before);
    for (; this.time < block.length * this.up; this.time += this.down) {
      const base = Math.floor(this.time / this.up);
      emit(this.weigh(this.rows[this.time - base * this.up], base + before));
    }
    this.time -= block.length * this.up;
  }

  /** @param {Float32Array} row @param {number} newest @returns {number} */
  weigh(row, newest) {
    let sum = 0;
    for (let k = 0; k < row.length; k += 1) sum += row[k] * this.heard[newest - k];
    return sum;
  }
}

class CaptureProcessor extends scope.AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(Math.round(scope.sampleRate));
    this.isStopped = false;
    this.port.onmessage = () => {
      this.isStopped = true;
    };
    this.frame = new Int16Array(FRAME_SAMPLES); // little-endian on every machine a browser runs on
    this.filled = this.power = this.peak = 0;
  }

  /** @param {number} sample from −1 to 1 */
  take(sample) {
    this.frame[this.filled] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
    this.filled += 1;
    this.power += sample * sample;
    this.peak = Math.max(this.peak, Math.abs(sample));
    if (this.filled === FRAME_SAMPLES) this.postFrame();
  }

  postFrame() {
    const level = Math.min(1, Math.sqrt(this.power / FRAME_SAMPLES));
    const pcm = this.frame.buffer;
    this.port.postMessage({ pcm, level, peak: Math.min(1, this.peak) }, [pcm]);
    this.frame = new Int16Array(FRAME_SAMPLES);
    this.filled = this.power = this.peak = 0;
  }

  /** @param {Float32Array[][]} inputs @returns {boolean} whether to be called again */
  process(inputs) {
    if (this.isStopped) return false;
    const channels = inputs[0];
    if (channels && channels.length > 0) this.resampler.push(mixChannels(channels), (sample) => this.take(sample));
    return true;
  }
}

/** @param {Float32Array[]} channels @returns {Float32Array} their mean */
function mixChannels(channels) {
  if (channels.length === 1) return channels[0];
  return channels[0].map((_, at) => channels.reduce((sum, channel) => sum + channel[at], 0) / channels.length);
}

scope.registerProcessor("capture", CaptureProcessor);
