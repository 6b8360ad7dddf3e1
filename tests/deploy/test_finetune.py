"""The way from exported pairs to a GGUF file, where the packages of deploy/finetune are installed."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "finetune" / "train_lora.py"
MISSING = [name for name in ("torch", "transformers", "peft", "gguf") if find_spec(name) is None]


@pytest.mark.skipif(bool(MISSING), reason=f"not installed (deploy/finetune/requirements.txt): {', '.join(MISSING)}")
def test_the_loss_falls_and_a_gguf_file_is_written(tmp_path: Path) -> None:
    lines = [
        {
            "messages": [
                {"role": "user", "content": f"When do the desks come? Case {number}"},
                {"role": "assistant", "content": "Thank you for asking about the desks."},
            ]
        }
        for number in range(20)
    ]
    data = tmp_path / "training.jsonl"
    data.write_text("\n".join(map(json.dumps, lines)))
    command = [sys.executable, str(SCRIPT), str(data), "--tiny", "--steps", "60", "--rate", "3e-3"]
    done = subprocess.run([*command, "--out", str(tmp_path / "out")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = re.search(r"loss: ([\d.]+) -> ([\d.]+)", done.stdout)
    assert found
    assert float(found[2]) < float(found[1]) / 2
    assert (tmp_path / "out" / "model.gguf").read_bytes()[:4] == b"GGUF"
