"""PostgreSQL function that stores a batch of reports in one round trip.

SQLite does the same from Python in one transaction (app/reports/intake_sqlite.py). `batch` is a JSON array of
`{"report": row, "incident": row, "event": row, "device_secret_hash": text, "event_tail": text}`; a row holds columns
of its table by name, so a new column of `report` needs no change here. What is missing is NULL, not the column's
default: a migration that adds a NOT NULL column with a default to `report` or `incident` replaces this function by
one that fills it, as `doubt` and `unseen` are filled below; processes of the release before do not send it.
"""

from alembic import op

revision = "0013"
down_revision = "0012"

TAKE_REPORTS = r"""
CREATE FUNCTION take_reports(batch json) RETURNS SETOF report LANGUAGE plpgsql AS $$
DECLARE
  head event_head;
  sent record;
  new_report report;
  new_incident incident;
  new_event event;
  reports report[];
  incidents incident[];
  events event[];
  current_day text;
  last_number int;
BEGIN
  SELECT * INTO STRICT head FROM event_head WHERE id = 1 FOR UPDATE;
  FOR sent IN
    SELECT item.*, (SELECT stored FROM report stored WHERE stored.key = (item.report).key) AS stored
      FROM json_to_recordset(batch) AS item(
        report report, incident incident, event event, device_secret_hash text, event_tail text)
  LOOP
    IF (sent.stored).id IS NOT NULL THEN
      RETURN NEXT sent.stored;
      CONTINUE;
    END IF;
    new_report := sent.report;
    new_incident := sent.incident;
    new_event := sent.event;

    IF new_report.day IS DISTINCT FROM current_day THEN
      IF current_day IS NOT NULL THEN
        INSERT INTO day_counter (day, last) VALUES (current_day, last_number)
          ON CONFLICT (day) DO UPDATE SET last = excluded.last;
      END IF;
      current_day := new_report.day;
      SELECT last INTO last_number FROM day_counter WHERE day = current_day;
      last_number := coalesce(last_number, 0);
    END IF;
    last_number := last_number + 1;
    new_report.number := last_number;
    new_incident.number := last_number;
    new_report.simulation := coalesce(new_report.simulation, false);
    new_incident.simulation := coalesce(new_incident.simulation, false);
    new_incident.doubt := coalesce(new_incident.doubt, 0);
    new_incident.unseen := coalesce(new_incident.unseen, 0);

    IF new_report.device_id IS NOT NULL THEN
      INSERT INTO device (id, secret_hash, first_seen_at)
        VALUES (new_report.device_id, sent.device_secret_hash, new_report.received_at) ON CONFLICT (id) DO NOTHING;
      SELECT id INTO new_report.device_id FROM device
        WHERE id = new_report.device_id AND secret_hash = sent.device_secret_hash;
    END IF;

    head.seq := head.seq + 1;
    head.hash := encode(sha256(convert_to(
      head.hash || E'\x1f' || head.seq || E'\x1f' || sent.event_tail, 'UTF8')), 'hex');
    new_event.seq := head.seq;
    new_event.hash := head.hash;
    new_event.at := new_report.received_at;
    new_event.incident_id := new_incident.id;
    new_event.report_id := new_report.id;

    reports := reports || new_report;
    incidents := incidents || new_incident;
    events := events || new_event;
    RETURN NEXT new_report;
  END LOOP;

  IF reports IS NOT NULL THEN
    INSERT INTO incident SELECT * FROM unnest(incidents);
    INSERT INTO report SELECT * FROM unnest(reports);
    INSERT INTO event SELECT * FROM unnest(events);
    INSERT INTO day_counter (day, last) VALUES (current_day, last_number)
      ON CONFLICT (day) DO UPDATE SET last = excluded.last;
    UPDATE event_head SET seq = head.seq, hash = head.hash WHERE id = 1;
  END IF;
END
$$
"""


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(TAKE_REPORTS)
