"""The chart of `deploy/helm`, rendered by Helm: objects as Kubernetes has them, and what they promise."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from core.job import QUEUES
from core.observability.metrics import Metrics
from core.store import Store
from integrations.cli.app import app

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy/helm/inlaid"
SIZES = sorted((CHART / "sizes").glob("*.yaml"))
KUBERNETES = "1.34"
# Objects of others, which know them by their own definitions.
FOREIGN = {"ScaledObject", "ServiceMonitor", "PrometheusRule", "ExternalSecret"}
BASE = ("--set", "publicUrl=https://inlaid.example.com")
EVERYTHING = (
    *BASE,
    "--set-json",
    """image.pullSecrets=[{"name":"registry"}]""",
    "--set-json",
    """networkPolicy.from=[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"keda"}}}]""",
    "--set-json",
    """tolerations=[{"key":"gpu","operator":"Exists"}]""",
    "--set",
    "workers.scaling=keda,web.ingress.enabled=true,web.ingress.tlsSecret=tls,web.ingress.className=nginx"
    ",monitoring.serviceMonitor.enabled=true,monitoring.rules.enabled=true,model.storage.size=10Gi"
    ",secrets.external.enabled=true,secrets.external.store.name=vault,secrets.external.keys.INLAID_SECRET_KEYS=a/b"
    ",settings.INLAID_ADMINS=ann@example.com,nodeSelector.disk=fast,priorityClassName=high,podAnnotations.a=b",
)
FORMS = {
    "as it is": BASE,
    "everything": EVERYTHING,
    "no scaling, no model": (*BASE, "--set", "workers.scaling=none,model.enabled=false,web.autoscaling.enabled=false"),
    **{path.stem: (*BASE, "--values", str(path)) for path in SIZES},
}
Form = list[dict[str, Any]]


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = ROOT / ".venv/helm/helm"
    found = str(program) if program.exists() else shutil.which("helm")
    if not found:
        pytest.skip("Helm is missing: sh tests/office/install.sh")
    return subprocess.run([found, *arguments], capture_output=True, text=True, check=False)


def rendered(*arguments: str) -> Form:
    done = helm("template", "inlaid", str(CHART), "--namespace", "work", *arguments)
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.safe_load_all(done.stdout) if one]


@pytest.fixture(params=FORMS, scope="module")
def form(request: pytest.FixtureRequest) -> Form:
    return rendered(*FORMS[request.param])


def pods(form: Form) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in form:
        if one["kind"] in {"Deployment", "Job"}:
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


def test_helm_finds_nothing_wrong() -> None:
    done = helm("lint", str(CHART), "--strict", *BASE)
    assert done.returncode == 0, done.stdout


def test_each_object_is_one_of_kubernetes(form: Form) -> None:
    for one in form:
        if one["kind"] not in FOREIGN:
            kubernetes_validate.validate(one, KUBERNETES, strict=True)
    names = [(one["kind"], one["metadata"]["name"]) for one in form]
    assert len(names) == len(set(names))


def test_every_pod_keeps_to_the_restricted_standard(form: Form) -> None:
    for name, pod in pods(form):
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not pod["automountServiceAccountToken"], name
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["capabilities"] == {"drop": ["ALL"]}, name
            assert not security["allowPrivilegeEscalation"], name
            assert security["readOnlyRootFilesystem"], name
            assert container["resources"]["limits"]["memory"], name
            written = {mount["mountPath"] for mount in container["volumeMounts"]}
            assert written == {"/tmp", "/var/lib/inlaid"}, name  # noqa: S108
            assert {mount["name"] for mount in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}


def test_processes_are_commands_and_their_environment_is_of_settings(form: Form) -> None:
    known = set(re.findall(r"^#(INLAID_\w+)=", (ROOT / ".env.example").read_text(), re.M)) | {"INLAID_READY_FILE"}
    commands = {command.name or (command.callback and command.callback.__name__) for command in app.registered_commands}
    commands |= {group.name for group in app.registered_groups}
    for name, pod in pods(form):
        for container in pod["containers"]:
            assert container["args"][0] == "inlaid", name
            assert container["args"][1] in commands, name
            assert {one["name"] for one in container["env"]} <= known, name


def test_the_model_server_gets_its_key_and_no_other_secret(form: Form) -> None:
    for name, pod in pods(form):
        if name == "inlaid-model":
            (container,) = pod["containers"]
            assert "envFrom" not in container
            assert [one["name"] for one in container["env"] if "valueFrom" in one] == ["INLAID_MODEL_KEY"]


def test_each_class_of_jobs_has_workers_and_one_pool_looks_after_mailboxes(form: Form) -> None:
    served, mailboxes = [], []
    for _, pod in pods(form):
        (container,) = pod["containers"]
        if container["args"][1] == "worker":
            served.append(container["args"][3])
            values = {one["name"]: one["value"] for one in container["env"]}
            mailboxes += [values["INLAID_WORKER_MAILBOXES"]]
    assert sorted(served) == sorted(QUEUES)
    # The scheduler's task for mailboxes goes to the queue `background`.
    assert mailboxes[served.index("background")] == "true"
    assert mailboxes.count("true") == 1


def test_what_is_scaled_or_kept_or_reached_is_there(form: Form) -> None:
    workloads = {one["metadata"]["name"]: one for one in form if one["kind"] == "Deployment"}
    labels = [workload["spec"]["template"]["metadata"]["labels"] for workload in workloads.values()]
    for one in form:
        if one["kind"] in {"HorizontalPodAutoscaler", "ScaledObject"}:
            target = workloads[one["spec"]["scaleTargetRef"]["name"]]
            assert "replicas" not in target["spec"], "an upgrade would undo the scaling"
        selector = one["spec"].get("selector", {}) if one["kind"] in {"PodDisruptionBudget", "Service"} else {}
        wanted = selector.get("matchLabels", selector)
        if wanted:
            assert any(wanted.items() <= have.items() for have in labels), one["metadata"]["name"]


def test_workers_are_scaled_by_a_figure_that_the_web_process_shows(sqlite_store: Store) -> None:
    shown = Metrics(sqlite_store.jobs, lambda: {}, lambda: {}).render().decode()
    samples = {
        f'{sample.name}{{queue="{sample.labels["queue"]}"}}'
        for family in text_string_to_metric_families(shown)
        for sample in family.samples
        if "queue" in sample.labels
    }
    scaled = [one["spec"]["triggers"][0]["metadata"] for one in rendered(*EVERYTHING) if one["kind"] == "ScaledObject"]
    assert len(scaled) == len(QUEUES)
    assert {one["valueLocation"] for one in scaled} <= samples
    assert {one["url"] for one in scaled} == {"http://inlaid-web.work.svc:80/metrics"}


def test_the_ingress_closes_figures_to_the_outside_and_bears_the_public_name() -> None:
    form = rendered(*EVERYTHING)
    (ingress,) = [one for one in form if one["kind"] == "Ingress"]
    (rule,) = ingress["spec"]["rules"]
    assert rule["host"] == "inlaid.example.com"
    closed = {path["path"] for path in rule["http"]["paths"] if path["backend"]["service"]["name"].endswith("-closed")}
    assert closed == {"/metrics", "/readyz"}
    (service,) = [one for one in form if one["kind"] == "Service" and one["metadata"]["name"].endswith("-closed")]
    assert "selector" not in service["spec"]


def test_the_rules_are_those_of_prometheus() -> None:
    (rules,) = [one for one in rendered(*EVERYTHING) if one["kind"] == "PrometheusRule"]
    assert rules["spec"] == yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text())


def test_the_migration_runs_before_and_needs_nothing_of_the_chart() -> None:
    form = rendered(*EVERYTHING)
    (job,) = [one for one in form if one["kind"] == "Job"]
    (secret,) = [one for one in form if one["kind"] == "ExternalSecret"]
    weights = [int(one["metadata"]["annotations"]["helm.sh/hook-weight"]) for one in (secret, job)]
    assert weights == sorted(weights)
    assert "serviceAccountName" not in job["spec"]["template"]["spec"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "publicUrl is not set"),
        ((*BASE, "--set", "secrets.existing="), "secrets.existing names no Secret"),
        ((*BASE, "--set", "secrets.external.enabled=true"), "secrets.external.store.name is not set"),
        (
            (*BASE, "--set-json", "settings.INLAID_JOB_WORDS=10000000"),
            "settings.INLAID_JOB_WORDS: put the number in quotes",
        ),
    ],
)
def test_what_is_missing_is_named(arguments: tuple[str, ...], said: str) -> None:
    done = helm("template", "inlaid", str(CHART), *arguments)
    assert done.returncode != 0
    assert said in done.stderr
