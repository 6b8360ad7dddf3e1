"""Statements by which `benchmarks.stores` fills a database with what is there after years."""

# Jobs as they are when they are done, each with what was done with it and what it counts for.
DONE_JOBS = """
INSERT INTO job (id, workspace, person, surface, recipe, queue, dedupe_key, content_hash, state, request, draft,
                 not_before, created_at, started_at, finished_at, delivered_at)
SELECT :prefix || lpad(to_hex(n), 23, '0'), 'local', 'person-' || n % :people, 'api', recipe, 'interactive',
       :prefix || n, content_hash, 'delivered', request, request, :at, :at, :at, :at, :at
FROM job, generate_series(CAST(:first AS bigint), :last) AS n WHERE id = :id
"""
OUTCOMES = """
INSERT INTO outcome (id, job_id, person, outcome, detail, created_at)
SELECT 'o' || id, id, person, 'accepted', request, created_at FROM job WHERE id LIKE :prefix || '%'
"""
ENTRIES = """
INSERT INTO audit_entry (sequence, id, at_microseconds, workspace, actor, door, address, action, thing_kind, thing,
                         outcome, details, previous, hash)
SELECT n, gen_random_uuid()::text, CAST(:at AS bigint) * 1000000, 'local', 'person-' || n % :people, 'api',
       'address-' || n % :people, 'job.finished', 'job', gen_random_uuid()::text, 'success', '{}', md5(n::text),
       md5((n + 1)::text)
FROM generate_series(CAST(:first AS bigint), :last) AS n
"""
NAMES = """
INSERT INTO audit_name (id, workspace, person, kind, name)
SELECT 'person-' || n, 'local', 'p' || n, 'person', 'p' || n FROM generate_series(0, :people) AS n
"""
CALLS = """
INSERT INTO model_call (id, job_id, workspace, person, recipe, endpoint, model, is_local, input_tokens, output_tokens,
                        usd, seconds, result, created_at)
SELECT :prefix || lpad(to_hex(n), 23, '0'), 'job', 'local', 'person-' || n % :people, 'reply', 'near', 'mini', 1,
       100, 100, 0, 1, 'ok', :at
FROM generate_series(CAST(:first AS bigint), :last) AS n
"""
