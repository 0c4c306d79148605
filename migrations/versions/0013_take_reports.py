"""Take reports in one statement

PostgreSQL alone: a function that stores a batch of reports whose keys are new, and answers for all of them.
SQLite does the same from Python in one transaction (app/dispatch/writer_sqlite.py).
"""

from alembic import op

revision = "0013"
down_revision = "0012"

TAKE_REPORTS = r"""
CREATE FUNCTION take_reports(batch json)
RETURNS TABLE (id uuid, key uuid, body_hash text, number int, kind text, priority int, locale text,
               received_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  head event_head;
  said record;
  the_day text;
  the_number int;
  the_device uuid;
  moved boolean := false;
BEGIN
  SELECT * INTO STRICT head FROM event_head WHERE event_head.id = 1 FOR UPDATE;
  FOR said IN SELECT * FROM json_to_recordset(batch) AS sent(
    id uuid, key uuid, body_hash text, incident_id uuid, day text, channel text, kind text, kind_word text,
    priority int, source text, lat float8, lon float8, accuracy_m float8, age_s float8, landmark text,
    kelurahan text, description text, answers text, contact_name text, contact_phone text, may_call boolean,
    locale text, made_at timestamptz, received_at timestamptz, cell bigint, exact boolean, plus_code text,
    inside_city boolean, open_within_s int, accept_within_s int, claim_id uuid, claim_hash text,
    event_name text, event_actor text, event_data text, event_tail text)
  LOOP
    RETURN QUERY SELECT r.id, r.key, r.body_hash, r.number, r.kind::text, r.priority, r.locale::text, r.received_at
      FROM report r WHERE r.key = said.key;
    CONTINUE WHEN FOUND;
    moved := true;
    IF said.day IS DISTINCT FROM the_day THEN
      IF the_day IS NOT NULL THEN
        UPDATE day_counter SET last = the_number WHERE day = the_day;
      END IF;
      the_day := said.day;
      INSERT INTO day_counter (day, last) VALUES (the_day, 0) ON CONFLICT (day) DO NOTHING;
      SELECT last INTO STRICT the_number FROM day_counter WHERE day = the_day;
    END IF;
    the_number := the_number + 1;
    the_device := NULL;
    IF said.claim_id IS NOT NULL THEN
      INSERT INTO device (id, secret_hash, first_seen_at)
        VALUES (said.claim_id, said.claim_hash, said.received_at) ON CONFLICT (id) DO NOTHING;
      SELECT d.id INTO the_device FROM device d WHERE d.id = said.claim_id AND d.secret_hash = said.claim_hash;
    END IF;
    INSERT INTO incident (id, day, number, kind, priority, state, version, source, lat, lon, accuracy_m, cell,
        landmark, kelurahan, kelurahan_exact, plus_code, inside_city, reports, received_at, open_within_s,
        accept_within_s)
      VALUES (said.incident_id, the_day, the_number, said.kind, said.priority, 'received', 1, said.source, said.lat,
        said.lon, said.accuracy_m, said.cell, said.landmark, said.kelurahan, said.exact, said.plus_code,
        said.inside_city, 1, said.received_at, said.open_within_s, said.accept_within_s);
    INSERT INTO report (id, key, body_hash, incident_id, device_id, day, number, channel, kind, kind_word, priority,
        source, lat, lon, accuracy_m, age_s, landmark, kelurahan, description, answers, contact_name, contact_phone,
        may_call, locale, made_at, received_at)
      VALUES (said.id, said.key, said.body_hash, said.incident_id, the_device, the_day, the_number, said.channel,
        said.kind, said.kind_word, said.priority, said.source, said.lat, said.lon, said.accuracy_m, said.age_s,
        said.landmark, said.kelurahan, said.description, said.answers, said.contact_name, said.contact_phone,
        said.may_call, said.locale, said.made_at, said.received_at);
    head.seq := head.seq + 1;
    head.hash := encode(sha256(convert_to(
      head.hash || E'\x1f' || head.seq || E'\x1f' || said.event_tail, 'UTF8')), 'hex');
    INSERT INTO event (seq, at, name, actor, actor_id, incident_id, report_id, data, hash)
      VALUES (head.seq, said.received_at, said.event_name, said.event_actor, NULL, said.incident_id, said.id,
        said.event_data, head.hash);
    id := said.id; key := said.key; body_hash := said.body_hash; number := the_number; kind := said.kind;
    priority := said.priority; locale := said.locale; received_at := said.received_at;
    RETURN NEXT;
  END LOOP;
  IF moved THEN
    UPDATE day_counter SET last = the_number WHERE day = the_day;
    UPDATE event_head SET seq = head.seq, hash = head.hash WHERE event_head.id = 1;
  END IF;
END
$$
"""


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(TAKE_REPORTS.replace(":", r"\:"))
