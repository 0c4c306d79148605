/** Declares types used after a report is sent. Never served; read only by the type check. */

/** One recorded step of a report's progress. */
interface SiagaProgressStep {
  seq: number;
  name: string;
  at: string;
  /** short name of the agency that did it */
  agency?: string | null;
  /** how it ended, for `closed` */
  resolution?: string | null;
}

interface SiagaMessage {
  id: string;
  from: 'reporter' | 'operator';
  at: string;
  text: string;
  delivered_at: string | null;
  read_at: string | null;
}

/** One question from the operator. */
interface SiagaQuestion {
  id: string;
  what: 'question' | 'photo' | 'position' | 'share';
  words: string;
  at: string;
  answer: string | null;
}

/** An open incident close by that may be the same. */
interface SiagaNearby {
  id: string;
  kind: string;
  kelurahan: string | null;
  minutes: number;
  within_m: number;
}

/** Answer of `GET /api/v1/reports/{id}`. */
interface SiagaStatus {
  id: string;
  number: string;
  kind: string;
  state: string;
  received_at: string;
  ladder: SiagaProgressStep[];
  agencies: unknown[];
  messages: SiagaMessage[];
  ask: SiagaQuestion | null;
  sharing: { ask: string; until: string } | null;
  needs: string[];
  open_within_s: number;
  unopened_alarm: boolean;
  /** a drill: shown as such */
  simulation?: boolean;
  nearby?: SiagaNearby[];
  /** the question to all reporters nearby: answered by one tap */
  still?: { id: string; at: string } | null;
  /** many reports in a short time: show the legal notice */
  caution?: boolean;
  strike?: { state: 'active' | 'appealed' | 'upheld' | 'lifted' | 'expired'; at: string; expires_at: string } | null;
}

interface SiagaReport {
  /** when it was written on this phone (ISO 8601) */
  made_at?: string;
  /** the server's last answer and when this phone received it (ISO 8601) */
  last?: { at: string; status: SiagaStatus };
  /** the reporter answered that no nearby incident is the same */
  alone?: boolean;
}

/** A signal or words for a sent report, kept until the server has it. Its id makes the sending idempotent. */
interface SiagaFollowup {
  id: string;
  report_id: string;
  what: 'signal' | 'message' | 'same' | 'still' | 'answer' | 'no_voice' | 'stop_sharing';
  /** the signal's name, or the words */
  content: string;
  made_at: string;
  tries: number;
  /** milliseconds since 1970 */
  next_at: number;
  state: 'waiting' | 'done' | 'refused';
  done_at?: string;
}

interface SiagaPhoto {
  /** a picture of a few kilobytes that stays when the photo itself is sent */
  thumb?: Blob;
  bytes?: number;
  width?: number;
  height?: number;
  refused?: number;
  tries?: number;
  next_at?: number;
}

interface SiagaShared {
  /** set by worker/followup_outbox.js */
  follow?: (report_id: string, what: SiagaFollowup['what'], content: string) => Promise<SiagaFollowup>;
  flushFollowups?: (how?: { hurry?: boolean }) => Promise<number>;
  /** set by worker/photo_upload.js */
  flushPhotos?: (how?: { hurry?: boolean }) => Promise<number>;
  wakePhotos?: () => Promise<void>;
  /** the browser's offer to install the app, kept until it is used */
  installOffer?: { prompt(): Promise<void> };
}
