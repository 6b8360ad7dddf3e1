CREATE TABLE access_list (
id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
source_id TEXT NOT NULL,
key_hash TEXT NOT NULL, believed_until DOUBLE,
FOREIGN KEY(source_id) REFERENCES source (id) ON DELETE CASCADE,
CONSTRAINT access_list_key UNIQUE (source_id, key_hash)
);
CREATE TABLE access_principal (
principal TEXT NOT NULL,
access_id BIGINT NOT NULL,
PRIMARY KEY (principal, access_id),
FOREIGN KEY(access_id) REFERENCES access_list (id) ON DELETE CASCADE
);
CREATE TABLE alembic_version (
version_num VARCHAR(32) NOT NULL,
CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0018');
CREATE TABLE api_token (
id TEXT NOT NULL,
hash TEXT NOT NULL,
workspace TEXT NOT NULL,
person TEXT NOT NULL,
name TEXT NOT NULL,
scopes TEXT NOT NULL,
created_at DOUBLE NOT NULL,
expires_at DOUBLE,
last_used_at DOUBLE,
PRIMARY KEY (id)
);
CREATE TABLE audit_entry (
sequence BIGINT NOT NULL,
id TEXT NOT NULL,
at_microseconds BIGINT NOT NULL,
workspace TEXT NOT NULL,
actor TEXT NOT NULL,
door TEXT NOT NULL,
address TEXT NOT NULL,
action TEXT NOT NULL,
thing_kind TEXT NOT NULL,
thing TEXT NOT NULL,
outcome TEXT NOT NULL,
details TEXT NOT NULL,
previous TEXT NOT NULL,
hash TEXT NOT NULL,
PRIMARY KEY (sequence),
CONSTRAINT audit_entry_once UNIQUE (id)
);
CREATE TABLE audit_head (
id INTEGER NOT NULL,
sequence BIGINT NOT NULL,
hash TEXT NOT NULL,
kept_from BIGINT NOT NULL,
kept_previous TEXT NOT NULL,
PRIMARY KEY (id)
);
INSERT INTO "audit_head" VALUES(1,0,'0000000000000000000000000000000000000000000000000000000000000000',1,'0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE audit_name (
id TEXT NOT NULL,
workspace TEXT NOT NULL,
person TEXT NOT NULL,
kind TEXT NOT NULL,
name TEXT NOT NULL,
label TEXT DEFAULT '' NOT NULL,
PRIMARY KEY (id),
CONSTRAINT audit_name_once UNIQUE (workspace, person, kind, name)
);
CREATE TABLE audit_pending (
number INTEGER NOT NULL,
id TEXT NOT NULL,
at_microseconds BIGINT NOT NULL,
workspace TEXT NOT NULL,
actor TEXT NOT NULL,
door TEXT NOT NULL,
address TEXT NOT NULL,
action TEXT NOT NULL,
thing_kind TEXT NOT NULL,
thing TEXT NOT NULL,
outcome TEXT NOT NULL,
details TEXT NOT NULL,
PRIMARY KEY (number)
);
CREATE TABLE blob (
job_id TEXT NOT NULL,
name TEXT NOT NULL,
data BLOB NOT NULL,
PRIMARY KEY (job_id, name),
FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
CREATE TABLE effect (
job_id TEXT NOT NULL,
kind TEXT NOT NULL,
state TEXT NOT NULL,
detail BLOB NOT NULL,
created_at DOUBLE NOT NULL,
PRIMARY KEY (job_id, kind),
FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
CREATE TABLE insight_mark (
job_id TEXT NOT NULL,
marks INTEGER NOT NULL,
PRIMARY KEY (job_id)
);
CREATE TABLE insight_sum (
"key" TEXT NOT NULL,
grain INTEGER NOT NULL,
period INTEGER NOT NULL,
workspace TEXT NOT NULL,
recipe TEXT NOT NULL,
surface TEXT NOT NULL,
model TEXT NOT NULL,
variant TEXT NOT NULL,
team TEXT NOT NULL,
counts TEXT NOT NULL,
people BLOB NOT NULL, recipe_version TEXT DEFAULT '' NOT NULL, prompt_hash TEXT DEFAULT '' NOT NULL,
PRIMARY KEY ("key")
);
CREATE TABLE insight_tally (
job_id TEXT NOT NULL,
workspace TEXT NOT NULL,
person TEXT NOT NULL,
day INTEGER NOT NULL,
recipe TEXT NOT NULL,
surface TEXT NOT NULL,
model TEXT NOT NULL,
variant TEXT NOT NULL,
team TEXT NOT NULL,
outcome TEXT NOT NULL,
distance DOUBLE,
counts TEXT NOT NULL,
trial TEXT NOT NULL, recipe_version TEXT DEFAULT '' NOT NULL, prompt_hash TEXT DEFAULT '' NOT NULL,
PRIMARY KEY (job_id),
FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
CREATE TABLE insight_trial (
workspace TEXT NOT NULL,
recipe TEXT NOT NULL,
goal TEXT NOT NULL,
variant TEXT NOT NULL,
person TEXT NOT NULL,
trials DOUBLE NOT NULL,
wins DOUBLE NOT NULL,
PRIMARY KEY (workspace, recipe, goal, variant, person)
);
CREATE TABLE job (
id TEXT NOT NULL,
workspace TEXT NOT NULL,
person TEXT NOT NULL,
surface TEXT NOT NULL,
recipe TEXT NOT NULL,
queue TEXT NOT NULL,
dedupe_key TEXT NOT NULL,
content_hash TEXT NOT NULL,
state TEXT NOT NULL,
request BLOB NOT NULL,
draft BLOB,
error BLOB,
model TEXT DEFAULT '' NOT NULL,
attempts INTEGER DEFAULT '0' NOT NULL,
delivery_attempts INTEGER DEFAULT '0' NOT NULL,
fence BIGINT DEFAULT '0' NOT NULL,
lease_until DOUBLE,
not_before DOUBLE NOT NULL,
sent_at DOUBLE,
send_count INTEGER DEFAULT '0' NOT NULL,
cancel_requested INTEGER DEFAULT '0' NOT NULL,
created_at DOUBLE NOT NULL,
started_at DOUBLE,
finished_at DOUBLE,
delivered_at DOUBLE,
PRIMARY KEY (id),
CONSTRAINT job_dedupe UNIQUE (workspace, surface, dedupe_key)
);
CREATE TABLE model_call (
id TEXT NOT NULL,
job_id TEXT NOT NULL,
workspace TEXT NOT NULL,
person TEXT NOT NULL,
recipe TEXT NOT NULL,
endpoint TEXT NOT NULL,
model TEXT NOT NULL,
is_local INTEGER NOT NULL,
input_tokens INTEGER NOT NULL,
output_tokens INTEGER NOT NULL,
usd DOUBLE NOT NULL,
seconds DOUBLE NOT NULL,
result TEXT NOT NULL,
created_at DOUBLE NOT NULL,
PRIMARY KEY (id)
);
CREATE TABLE outcome (
id TEXT NOT NULL,
job_id TEXT NOT NULL,
person TEXT NOT NULL,
outcome TEXT NOT NULL,
distance DOUBLE,
detail BLOB NOT NULL,
created_at DOUBLE NOT NULL, subject TEXT DEFAULT '' NOT NULL, labels TEXT DEFAULT '' NOT NULL, value DOUBLE, happened_at DOUBLE,
PRIMARY KEY (id),
FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);
CREATE TABLE person (
id TEXT NOT NULL,
workspace TEXT NOT NULL,
"key" TEXT NOT NULL,
created_at DOUBLE NOT NULL,
PRIMARY KEY (id),
CONSTRAINT person_home UNIQUE (workspace, "key")
);
CREATE TABLE record (
kind TEXT NOT NULL,
workspace TEXT NOT NULL,
"key" TEXT NOT NULL,
person TEXT DEFAULT '' NOT NULL,
data BLOB NOT NULL,
version INTEGER DEFAULT '1' NOT NULL,
updated_at DOUBLE NOT NULL,
expires_at DOUBLE, due_at DOUBLE, lane TEXT DEFAULT '' NOT NULL,
PRIMARY KEY (kind, workspace, "key")
);
CREATE TABLE schema_compatibility (
oldest_code TEXT NOT NULL,
PRIMARY KEY (oldest_code)
);
INSERT INTO "schema_compatibility" VALUES('0004');
CREATE TABLE sign_in (
workspace TEXT NOT NULL,
subject TEXT NOT NULL,
person_id TEXT NOT NULL,
way TEXT NOT NULL,
address TEXT NOT NULL,
enterprise TEXT NOT NULL,
vouched_by TEXT NOT NULL,
created_at DOUBLE NOT NULL,
PRIMARY KEY (workspace, subject),
FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE signal (
id TEXT NOT NULL,
scan_id TEXT NOT NULL,
kind TEXT NOT NULL,
state TEXT NOT NULL,
preference DOUBLE DEFAULT '0' NOT NULL,
detail BLOB NOT NULL,
vector BLOB,
created_at DOUBLE NOT NULL,
changed_at DOUBLE NOT NULL,
PRIMARY KEY (id),
FOREIGN KEY(scan_id) REFERENCES signal_scan (id) ON DELETE CASCADE
);
CREATE TABLE signal_part (
scan_id TEXT NOT NULL,
item_id BIGINT NOT NULL,
part INTEGER NOT NULL,
content_hash TEXT NOT NULL,
PRIMARY KEY (scan_id, item_id, part),
FOREIGN KEY(scan_id) REFERENCES signal_scan (id) ON DELETE CASCADE,
FOREIGN KEY(item_id) REFERENCES source_item (id) ON DELETE CASCADE
);
CREATE TABLE signal_quote (
signal_id TEXT NOT NULL,
item_id BIGINT NOT NULL,
quote_hash TEXT NOT NULL,
part INTEGER NOT NULL,
has_value INTEGER NOT NULL,
said_at DOUBLE NOT NULL,
detail BLOB NOT NULL, severity INTEGER DEFAULT '0' NOT NULL,
PRIMARY KEY (signal_id, item_id, quote_hash),
FOREIGN KEY(signal_id) REFERENCES signal (id) ON DELETE CASCADE,
FOREIGN KEY(item_id) REFERENCES source_item (id) ON DELETE CASCADE
);
CREATE TABLE signal_run (
scan_id TEXT NOT NULL,
began_at DOUBLE NOT NULL,
state TEXT NOT NULL,
detail BLOB,
PRIMARY KEY (scan_id, began_at),
FOREIGN KEY(scan_id) REFERENCES signal_scan (id) ON DELETE CASCADE
);
CREATE TABLE signal_scan (
id TEXT NOT NULL,
workspace TEXT NOT NULL,
person TEXT NOT NULL,
is_shared INTEGER NOT NULL,
is_active INTEGER NOT NULL,
detail BLOB NOT NULL,
due_at DOUBLE,
ran_at DOUBLE,
created_at DOUBLE NOT NULL,
PRIMARY KEY (id)
);
CREATE TABLE source (
id TEXT NOT NULL,
workspace TEXT NOT NULL,
person TEXT NOT NULL,
connector TEXT NOT NULL,
state TEXT NOT NULL,
every_seconds INTEGER NOT NULL,
is_sealed INTEGER NOT NULL,
detail BLOB NOT NULL,
cursor BLOB,
error BLOB,
pass_number BIGINT DEFAULT '0' NOT NULL,
item_count BIGINT DEFAULT '0' NOT NULL,
passage_count BIGINT DEFAULT '0' NOT NULL,
error_count BIGINT DEFAULT '0' NOT NULL,
failures INTEGER DEFAULT '0' NOT NULL,
index_name TEXT DEFAULT '' NOT NULL,
fence BIGINT DEFAULT '0' NOT NULL,
lease_until DOUBLE,
sent_at DOUBLE,
due_at DOUBLE,
synced_at DOUBLE,
created_at DOUBLE NOT NULL,
PRIMARY KEY (id)
);
CREATE TABLE source_block (
item_id BIGINT NOT NULL,
block INTEGER NOT NULL,
data BLOB NOT NULL,
PRIMARY KEY (item_id, block),
FOREIGN KEY(item_id) REFERENCES source_item (id) ON DELETE CASCADE
);
CREATE TABLE source_item (
id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
source_id TEXT NOT NULL,
key_hash TEXT NOT NULL,
version TEXT NOT NULL,
content_hash TEXT DEFAULT '' NOT NULL,
access_id BIGINT,
modified_at DOUBLE NOT NULL,
passages INTEGER DEFAULT '0' NOT NULL,
pass_number BIGINT DEFAULT '0' NOT NULL,
index_task TEXT DEFAULT '' NOT NULL,
tries INTEGER DEFAULT '0' NOT NULL,
retry_at DOUBLE,
detail BLOB NOT NULL,
error BLOB,
FOREIGN KEY(source_id) REFERENCES source (id) ON DELETE CASCADE,
FOREIGN KEY(access_id) REFERENCES access_list (id),
CONSTRAINT source_item_key UNIQUE (source_id, key_hash)
);
CREATE TABLE source_upload (
number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
source_id TEXT NOT NULL,
key_hash TEXT NOT NULL,
detail BLOB NOT NULL,
data BLOB,
FOREIGN KEY(source_id) REFERENCES source (id) ON DELETE CASCADE
);
CREATE TABLE write_probe (
id TEXT NOT NULL,
data TEXT NOT NULL,
written_at DOUBLE NOT NULL,
PRIMARY KEY (id)
);
CREATE INDEX job_person ON job (workspace, person, created_at);
CREATE INDEX outcome_job ON outcome (job_id);
CREATE INDEX record_person ON record (workspace, person);
CREATE INDEX record_expiry ON record (expires_at);
CREATE INDEX model_call_job ON model_call (job_id);
CREATE INDEX model_call_person ON model_call (workspace, person, created_at);
CREATE INDEX model_call_time ON model_call (workspace, created_at);
CREATE INDEX insight_tally_person ON insight_tally (workspace, person, day);
CREATE INDEX insight_tally_recipe ON insight_tally (workspace, recipe, outcome, day);
CREATE INDEX insight_sum_cell ON insight_sum (grain, period, workspace, recipe, surface, model, variant, team);
CREATE TRIGGER insight_job AFTER UPDATE OF state, delivered_at ON job WHEN NEW.state IN ('ready', 'delivered', 'failed', 'cancelled') BEGIN INSERT INTO insight_mark (job_id, marks) VALUES (NEW.id, 1) ON CONFLICT (job_id) DO UPDATE SET marks = marks + 1; END;
CREATE TRIGGER insight_outcome AFTER INSERT ON outcome BEGIN INSERT INTO insight_mark (job_id, marks) VALUES (NEW.job_id, 1) ON CONFLICT (job_id) DO UPDATE SET marks = marks + 1; END;
CREATE INDEX job_count ON job (queue, state);
CREATE INDEX job_open ON job (queue, state, not_before) WHERE delivered_at IS NULL;
CREATE INDEX sign_in_person ON sign_in (person_id);
CREATE INDEX audit_entry_actor ON audit_entry (actor);
CREATE INDEX audit_entry_thing ON audit_entry (thing);
CREATE INDEX audit_entry_workspace ON audit_entry (workspace, sequence);
CREATE TRIGGER audit_entry_changed BEFORE UPDATE ON audit_entry WHEN 1 BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER audit_entry_deleted BEFORE DELETE ON audit_entry WHEN NOT OLD.sequence < (SELECT kept_from FROM audit_head) BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER audit_pending_changed BEFORE UPDATE ON audit_pending WHEN 1 BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER audit_pending_deleted BEFORE DELETE ON audit_pending WHEN NOT EXISTS (SELECT 1 FROM audit_entry WHERE id = OLD.id) BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER audit_head_deleted BEFORE DELETE ON audit_head WHEN 1 BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER audit_head_added BEFORE INSERT ON audit_head WHEN 1 BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE INDEX api_token_person ON api_token (workspace, person);
CREATE INDEX source_due ON source (due_at);
CREATE INDEX source_owner ON source (workspace, person);
CREATE INDEX access_principal_list ON access_principal (access_id);
CREATE INDEX source_item_page ON source_item (source_id, id);
CREATE INDEX source_item_access ON source_item (access_id);
CREATE INDEX source_item_task ON source_item (source_id, id) WHERE index_task != '';
CREATE INDEX source_item_error ON source_item (source_id, id) WHERE error IS NOT NULL;
CREATE INDEX source_upload_source ON source_upload (source_id, number);
CREATE INDEX signal_scan_owner ON signal_scan (workspace, person);
CREATE INDEX signal_scan_due ON signal_scan (due_at);
CREATE INDEX signal_of_scan ON signal (scan_id, kind);
CREATE INDEX signal_quote_item ON signal_quote (item_id);
CREATE INDEX signal_part_item ON signal_part (item_id);
CREATE INDEX signal_run_state ON signal_run (state);
CREATE INDEX record_due ON record (kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX job_page ON job (workspace, person, id, state, surface, recipe);
CREATE INDEX insight_tally_page ON insight_tally (workspace, person, outcome, job_id);
CREATE INDEX job_turn ON job (queue, workspace, person, id) WHERE state = 'queued' AND sent_at IS NOT NULL AND surface <> 'signals';
CREATE INDEX job_pace ON job (queue, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX audit_entry_address ON audit_entry (address) WHERE address <> '';
CREATE TRIGGER audit_head_changed BEFORE UPDATE ON audit_head WHEN (NEW.id <> OLD.id OR NEW.sequence < OLD.sequence OR NEW.kept_from < OLD.kept_from) OR (NEW.kept_from > OLD.kept_from AND EXISTS (SELECT 1 FROM audit_entry WHERE sequence < NEW.kept_from AND at_microseconds > CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER) - 7776000000000 AND at_microseconds <= CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER) + 3600000000)) BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
