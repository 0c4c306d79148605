// @ts-check
/** Sends waiting photos and follow-ups from an open page, and renews the push subscription. */
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

/** Start; called once after the first screen is drawn. */
export function keepUp() {
  addEventListener('online', send);
  document.addEventListener('visibilitychange', () => document.hidden || send());
  globalThis.siaga.listen((news) => void (news.what === 'sent' && send()));
  addEventListener('beforeinstallprompt', (/** @type {any} */ offer) => (globalThis.siaga.installOffer = offer));
  send();
  void renew();
  void given();
}
