// @ts-check
/** What an open page does besides: sends what waits behind a report, and keeps the push subscription alive. */
import '../worker/followup_outbox.js';
import '../report/sms.js';
import './poll.js';
import '../worker/photo_upload.js';
import { given } from '../report/shared_photos.js';
import { renew } from './push_opt_in.js';

function send() {
  void globalThis.siaga.flushFollowups?.({ hurry: true });
  void globalThis.siaga.flushPhotos?.({ hurry: true });
}

/** Begin; called once, after the first screen stands. */
export function keepUp() {
  addEventListener('online', send);
  document.addEventListener('visibilitychange', () => document.hidden || send());
  globalThis.siaga.listen((news) => void (news.what === 'sent' && send()));
  addEventListener('beforeinstallprompt', (/** @type {any} */ offer) => (globalThis.siaga.installOffer = offer));
  send();
  void renew();
  void given();
}
