"""Jobs made over HTTP."""

from typing import Any

import httpx

MAIL = {"message": "Could you send the report by Friday?\n\nBest, Ann"}


def made(client: httpx.Client, **headers: str) -> dict[str, Any]:
    response = client.post("/api/v1/jobs", json={"recipe": "reply", "inputs": MAIL}, headers=headers)
    assert response.status_code == 202, response.text
    job: dict[str, Any] = response.json()
    return job
