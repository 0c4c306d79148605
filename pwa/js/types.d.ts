/** Declares types shared by the resident app's modules. Never served; read only by the type check. */

interface SiagaRequest {
  method?: string;
  /** sent as JSON; use `body` for text or bytes that are already made */
  json?: unknown;
  body?: BodyInit | null;
  /** a report's track_token */
  token?: string | null;
  headers?: Record<string, string>;
  timeout_ms?: number;
  keepalive?: boolean;
}

interface SiagaAnswer {
  ok: boolean;
  /** 0: no network or time-out */
  status: number;
  /** the parsed JSON, or null */
  body: any;
  headers: Headers;
  retry_after_s: number | null;
}

/** Where it happens, as `POST /api/v1/reports` expects it. */
interface SiagaLocation {
  source: 'gps' | 'pin' | 'kelurahan' | 'address' | 'none';
  lat?: number;
  lon?: number;
  accuracy_m?: number;
  age_s?: number;
  kelurahan?: string;
  landmark?: string;
}

/** A report that is still being written on this phone. Its id is the idempotency key of the later report. */
interface SiagaDraft {
  id: string;
  kind: string;
  step: 'place' | 'details';
  /** ISO 8601 */
  started_at: string;
  changed_at: string;
  /** null: nothing chosen and no position yet */
  location: SiagaLocation | null;
  landmark: string;
  /** when the position was measured, milliseconds since 1970 */
  located_at: number | null;
  answers: Record<string, string>;
  description: string;
  contact: { name: string; phone: string; may_call: boolean };
}

/**
 * A report that waits for the network, as senders see it; on disk it is its key and ciphertext. The body
 * never changes: the same key always carries the same bytes.
 */
interface SiagaOutboxRow {
  key: string;
  /** photos keep the draft's id as their owner until the report has one */
  draft_id: string;
  kind: string;
  body: string;
  made_at: string;
  tries: number;
  /** milliseconds since 1970 */
  next_at: number;
  state: 'waiting' | 'refused';
  /** how often it was cut down after a 422 */
  cut: number;
  location: SiagaLocation | null;
  /** shown on no screen and deleted when sent */
  silent?: true;
}

/** A report that the server has stored. */
interface SiagaReport {
  id: string;
  token: string;
  number: string;
  kind: string;
  /** the server's `received_at` */
  sent_at: string;
  track_url: string;
  /** idempotency key under which it was sent */
  key: string;
  draft_id: string;
}

/** A photo on this phone. `owner` is the draft's id; `report_id` is set once that draft is a report. */
interface SiagaPhoto {
  id: string;
  owner: string;
  report_id: string | null;
  blob: Blob;
  type: string;
  made_at: string;
  /** bytes the server has stored; null before the upload was announced */
  offset: number | null;
  upload_url: string | null;
  state: 'waiting' | 'done' | 'refused';
  [more: string]: unknown;
}

type SiagaNews =
  | { what: 'sent'; key: string; report: SiagaReport }
  | { what: 'waiting'; key: string }
  | { what: 'refused'; key: string }
  | { what: 'push'; [more: string]: unknown }
  | { what: 'followup'; report_id: string; id: string; state: SiagaFollowup['state'] }
  | {
      what: 'photo';
      id: string;
      owner: string;
      report_id: string | null;
      offset: number | null;
      state: SiagaPhoto['state'];
    };

interface SiagaDatabase {
  transact<T>(
    stores: string[],
    mode: IDBTransactionMode,
    work: (transaction: IDBTransaction) => IDBRequest<T> | void,
  ): Promise<T>;
  get(store: string, key: string): Promise<any>;
  all(store: string): Promise<any[]>;
  put(store: string, row: object): Promise<unknown>;
  remove(store: string, key: string): Promise<unknown>;
}

interface SiagaOutbox {
  add(
    report: object,
    about: { key: string; kind: string; location?: SiagaLocation | null; silent?: true },
  ): Promise<boolean>;
  flush(how?: { hurry?: boolean }): Promise<number>;
  /** the rows that a screen may show */
  all(): Promise<SiagaOutboxRow[]>;
  waiting(): Promise<SiagaOutboxRow[]>;
  /** when the next row is due, in milliseconds since 1970 */
  due(): Promise<number | null>;
  /** a body padded to whole buckets */
  frame(document: object): string;
}

interface SiagaShared {
  database: SiagaDatabase;
  request(path: string, options?: SiagaRequest): Promise<SiagaAnswer>;
  uuid(): string;
  hex(bytes: number): string;
  broadcast(news: SiagaNews): void;
  listen(hear: (news: SiagaNews) => void): () => void;
  /** set by worker/report_outbox.js */
  outbox: SiagaOutbox;
}

declare var siaga: SiagaShared;
