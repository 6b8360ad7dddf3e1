"""`inlaid keys`, and what doctor says of keys: as one person on SQLite, and with keys that are set."""

import json
import signal
import subprocess
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import SettingsError
from core.job import JobRequest
from core.privacy import load_cipher
from core.privacy.encryption import KEY_FILE, KeyFile, key_name, new_key
from core.settings import Settings
from core.store import open_store
from tests.processes.commands import INLAID, environment, wait_until


def run(home: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [INLAID, *arguments], env=environment(home, **changes), capture_output=True, text=True, timeout=60
    )


def with_keys(settings: Settings, *keys: str) -> Settings:
    return settings.model_copy(update={"secret_keys": tuple(SecretStr(key) for key in keys)})


def add_jobs(settings: Settings, count: int = 1) -> list[str]:
    store = open_store(settings)
    ids = [store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", "ann"))[0].id for _ in range(count)]
    store.close()
    return ids


def multiply_records(settings: Settings, count: int) -> None:
    store = open_store(settings)
    store.records.put("wish", "local", "first", "x" * 1000)
    with store.database.write() as connection:
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO record (kind, workspace, key, person, data, version, updated_at) "
            "SELECT kind, workspace, 'k' || i, person, data, version, updated_at FROM record, n WHERE key = 'first'",
            (count,),
        )
    store.close()


def test_one_person_rotates_with_one_command(settings: Settings, home: Path) -> None:
    (job_id,) = add_jobs(settings)
    running = open_store(settings)  # a process that was started before
    old = KeyFile(home).ensured()[0]
    done = run(home, "keys", "rotate", "--new")
    new, kept = (home / KEY_FILE).read_text().split()
    assert (done.returncode, kept) == (0, old)
    assert (home / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert f"The older keys ({key_name(old)}) seal nothing" in done.stdout
    assert str(home / KEY_FILE) in done.stdout
    assert running.jobs.get(job_id).inputs == {"message": "Hi"}
    later, _ = running.jobs.add(JobRequest("reply", {"message": "Later"}, "api", "ann"))
    (home / KEY_FILE).write_text(new)
    assert running.jobs.get(later.id).inputs == {"message": "Later"}
    status = json.loads(run(home, "keys", "status", "--json").stdout)
    assert status["keys"] == [{"name": key_name(new), "seals": 2}]
    running.close()


def test_keys_of_a_command_rotate_while_others_work(settings: Settings, home: Path, tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    listed = tmp_path / "keys"
    listed.write_text(old)
    by_command = settings.model_copy(update={"secret_keys_command": f"cat {listed}"})
    (job_id,) = add_jobs(by_command)
    running = open_store(by_command)  # a process that was started before
    listed.write_text(f"{new}\n{old}")
    done = run(home, "keys", "rotate", secret_keys_command=f"cat {listed}")
    assert done.returncode == 0, done.stderr
    assert "may be taken out of INLAID_SECRET_KEYS_COMMAND" in done.stdout
    wait_until(lambda: [job.id for job in running.jobs.list()] == [job_id])
    assert running.jobs.get(job_id).inputs == {"message": "Hi"}
    assert run(home, "keys", "rotate", "--new", secret_keys_command=f"cat {listed}").returncode == 1
    hanging = run(home, "keys", "status", secret_keys_command="false")
    assert (hanging.returncode, hanging.stdout) == (1, "")
    assert "INLAID_SECRET_KEYS_COMMAND ended with the code 1" in hanging.stderr
    running.close()


def test_a_rotation_that_is_killed_goes_on_the_next_time(settings: Settings, home: Path) -> None:
    old, new = new_key(), new_key()
    add_jobs(with_keys(settings, old))
    multiply_records(with_keys(settings, old), 5000)
    process = subprocess.Popen(
        [INLAID, "keys", "rotate"], env=environment(home, secret_keys=f"{new},{old}"), stderr=subprocess.PIPE
    )
    assert process.stderr
    assert b"sealed again" in process.stderr.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    before = json.loads(run(home, "keys", "status", "--json", secret_keys=f"{new},{old}").stdout)
    sealed = {one["name"]: one["seals"] for one in before["keys"]}
    assert sealed[key_name(new)] > 0
    done = json.loads(run(home, "keys", "rotate", "--json", secret_keys=f"{new},{old}").stdout)
    assert (done["resealed"], done["left"]) == (sealed[key_name(old)], 0)
    assert len(json.loads(run(home, "jobs", "list", "--json", secret_keys=new).stdout)["jobs"]) == 1


def test_doctor_tells_what_no_key_opens_and_what_the_oldest_still_seals(settings: Settings, home: Path) -> None:
    keys = [new_key() for _ in range(3)]
    (lost,) = add_jobs(with_keys(settings, keys[2]))
    add_jobs(with_keys(settings, keys[1]), 2)

    def check(*listed: str) -> dict[str, object]:
        report = json.loads(run(home, "doctor", "--json", secret_keys=",".join(listed)).stdout)
        return next(one for one in report["checks"] if one["name"] == "sealed values")

    found = check(keys[0], keys[1])
    assert not found["ok"]
    assert all(word in str(found["message"]) for word in ("1 value", "job.request", lost, key_name(keys[2])))
    found = check(*keys)
    assert found["ok"]
    assert f"{key_name(keys[2])} still seals 1" in str(found["message"])
    assert run(home, "keys", "status", secret_keys=keys[0]).returncode == 1
    # What cannot be read is logged, too, but not among what a command prints.
    listed = json.loads(run(home, "jobs", "list", "--json", secret_keys=keys[0]).stdout)
    assert listed == {"jobs": [], "left_out": 3}


def test_with_keys_that_are_set_nothing_is_put_into_a_file(settings: Settings, home: Path) -> None:
    add_jobs(settings)
    done = run(home, "keys", "rotate", "--new", secret_keys=new_key())
    assert done.returncode == 1
    assert "inlaid keys new" in done.stderr
    assert len((home / KEY_FILE).read_text().split()) == 1


def test_a_new_key_is_printed_and_can_be_used(settings: Settings, home: Path) -> None:
    key = run(home, "keys", "new").stdout.strip()
    cipher = load_cipher(with_keys(settings, key))
    assert cipher.open("T", cipher.seal("T", 1)) == 1
    assert not home.exists()


def test_for_a_database_server_no_key_is_made(settings: Settings, home: Path, postgres_url: str) -> None:
    with pytest.raises(SettingsError, match="INLAID_SECRET_KEYS is not set") as refused:
        open_store(settings.model_copy(update={"database_url": postgres_url}))
    assert "inlaid keys new" in refused.value.fix
    assert not (home / KEY_FILE).exists()
    found = run(home, "doctor", database_url=postgres_url)
    assert found.returncode == 1
    assert "inlaid keys new" in found.stdout


def test_a_key_that_is_none_is_refused_by_name(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="INLAID_SECRET_KEYS") as refused:
        load_cipher(with_keys(settings, "nonsense"))
    assert "inlaid keys new" in refused.value.fix
    assert "nonsense" not in str(refused.value)
