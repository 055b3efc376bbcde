// @ts-check
/** On the pages of an interview that is over: what of its video is still on this device goes up. */

import { page } from "./page.js";
import { Sending } from "./sending.js";
import { openVideoUploader } from "./video-upload.js";

const uploader = await openVideoUploader(page.links.video, page.storeName);
await new Sending(uploader).show(false);
void uploader.wake();
