from core.store import Store
from core.store.claims import KIND, claims_of, keep_claims


def test_claims_of_several_sign_ins_are_joined_and_the_last_word_counts(store: Store) -> None:
    keep_claims(store.records, "tenant", "oid", {"Finance", "Staff"})
    keep_claims(store.records, "login.example.com", "ada", ["Leads"])
    names = [("T1", "U1"), ("tenant", "oid"), ("login.example.com", "ada")]
    assert claims_of(store.records, names) == {"Finance", "Staff", "Leads"}
    keep_claims(store.records, "tenant", "oid", [])
    assert claims_of(store.records, names) == {"Leads"}
    assert claims_of(store.records, [("tenant", "other")]) == frozenset()


def test_nothing_is_written_when_nothing_has_changed(store: Store) -> None:
    keep_claims(store.records, "tenant", "oid", [])
    assert store.records.get(KIND, "tenant", "oid") is None
    for groups in (["b", "a"], ["a", "b"], ("a", "b", "a")):
        keep_claims(store.records, "tenant", "oid", groups)
    record = store.records.get(KIND, "tenant", "oid")
    assert record
    assert (record.data, record.version, record.person) == (["a", "b"], 1, "oid")
