"""Who acts in a request or command."""

import threading

from core.audit.acting import acting, current_actor, note_local_person, note_person


def test_without_a_door_the_system_acts_or_whom_the_caller_names() -> None:
    assert (current_actor("acme").person, current_actor("acme").door) == ("", "system")
    assert current_actor("acme", person="ann", door="slack").door == "slack"


def test_a_request_acts_for_the_person_that_it_turns_out_to_be() -> None:
    with acting("web", address="192.0.2.7"):
        assert current_actor("acme").person == ""
        note_person("acme", "ann")
        actor = current_actor("other", person="bob")
        assert (actor.workspace, actor.person, actor.door, actor.address) == ("acme", "ann", "web", "192.0.2.7")
    assert current_actor("acme").door == "system"


def test_a_door_within_another_ends_with_itself() -> None:
    with acting("cli"), acting("worker"):
        assert current_actor("acme").door == "worker"
    with acting("cli"):
        with acting("worker"):
            pass
        assert current_actor("acme").door == "cli"


def test_only_a_typed_command_is_of_who_sits_at_this_machine() -> None:
    with acting("web"):
        note_local_person(lambda: "ann@desk")
        assert current_actor("local").person == ""
    with acting("cli"):
        note_local_person(lambda: "ann@desk")
        note_local_person(lambda: "bob@desk")
        assert current_actor("local").person == "ann@desk"


def test_another_thread_acts_for_nobody() -> None:
    seen = []
    with acting("web", workspace="acme", person="ann"):
        thread = threading.Thread(target=lambda: seen.append(current_actor("acme").person))
        thread.start()
        thread.join()
    assert seen == [""]
