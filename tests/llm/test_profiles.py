"""Profiles: a file that a person writes, presets that need none, keys that stay where they belong."""

import socket
import sys
import types

import pytest

from interviewer.llm import profiles
from interviewer.llm.client import Client
from interviewer.llm.fault import Fault
from interviewer.llm.profiles import PRESETS, Profile, ProfileError, Settings

FILE = """
default = "local"

[profiles.local]
preset = "ollama"
model = "llama3.2:3b"
persona = "warm"

[profiles."the office"]
base_url = "https://models.example/v1/"
model = "big"
key_env = "OFFICE_KEY"
price_in = 2
price_out = 8.5
grades = false
"""


def write(home, text):
    file = profiles.path(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_a_file_of_profiles(home):
    write(home, FILE)
    settings = profiles.load(home)
    assert settings.default == "local"
    local, office = settings.profiles.values()
    assert (local.base_url, local.model, local.persona) == (
        "http://127.0.0.1:11434/v1",
        "llama3.2:3b",
        "warm",
    )
    assert local.local and local.first_s > 30, "a local model may take its time"
    assert (
        office.base_url == "https://models.example/v1"
        and not office.grades
        and office.where == "models.example"
    )
    assert office.cost(1_000_000, 100_000) == pytest.approx(2.85) and local.cost(5, 5) is None


def test_what_is_saved_is_what_is_read(home):
    write(home, FILE)
    settings = profiles.load(home)
    profiles.save(home, settings)
    assert profiles.load(home) == settings
    odd = Profile('o"d \x7f\n[x]', "http://h/v1", model="ü\\")
    profiles.save(home, Settings({odd.name: odd}))
    assert profiles.load(home).profiles[odd.name] == odd


def test_without_a_file_there_is_none_and_nothing_is_chosen(home):
    assert profiles.load(home) == Settings({})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[profiles.x", "cannot read"),
        ("profiles = 3", "tables"),
        ("[profiles.x]\npreset = 'gpt'", "no preset 'gpt'"),
        ("[profiles.x]\nmodel = 'm'", "needs a base_url"),
        ("[profiles.x]\nbase_url = 'ftp://h/v1'", "http:// or https://"),
        ("[profiles.x]\nbase_url = 'http://h:99999/v1'", "no address"),
        ("[profiles.x]\nbase_url = 'https://me:sk-1@h/v1'", "must not carry a key"),
        ("[profiles.x]\nbase_url = 'http://h/v1'\napi_key = 'sk-1'", "unknown entry 'api_key'"),
        ("[profiles.x]\nbase_url = 'http://h/v1'\nfirst_s = 'long'", "first_s"),
        ("[profiles.x]\nbase_url = 'http://h/v1'\nidle_s = 0", "above zero"),
        ("[profiles.x]\nbase_url = 'http://h/v1'\npersona = 'cruel'", "warm, neutral, exacting"),
        ("default = 'gone'", "is not a profile"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(home, text, says):
    write(home, text)
    with pytest.raises(ProfileError) as caught:
        profiles.load(home)
    assert says in str(caught.value) and "\n" not in str(caught.value).replace(str(home), "")
    assert "sk-1" not in str(caught.value), "a key that stands in the wrong place is not repeated"


def test_a_preset_and_a_model_need_no_file(home):
    found = profiles.find(home, "ollama:llama3.2:3b")
    assert (found.base_url, found.model) == (PRESETS["ollama"].base_url, "llama3.2:3b")
    assert profiles.find(home, "openai:gpt-x").key_env == "OPENAI_API_KEY"
    with pytest.raises(ProfileError, match="lm-studio"):
        profiles.find(home, "nobody")


def test_a_key_comes_from_the_variable_the_profile_names(monkeypatch):
    profile = Profile("x", "https://h/v1", key_env="SOME_KEY")
    with pytest.raises(LookupError):
        profile.key()
    monkeypatch.setenv("SOME_KEY", "  k  ")
    assert profile.key() == "k"


def test_or_from_the_keyring(monkeypatch):
    profile = Profile("x", "https://h/v1", keyring="interviewer")
    fake = types.SimpleNamespace(get_password=lambda service, name: f"{service}/{name}")
    monkeypatch.setitem(sys.modules, "keyring", fake)
    assert profile.key() == "interviewer/x"
    fake.get_password = lambda service, name: 1 / 0
    with pytest.raises(ProfileError, match="unlock it"):
        profile.key()
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ProfileError, match="not installed"):
        profile.key()


@pytest.mark.parametrize(
    ("key", "kind"), [("", "no_key"), ("schlüssel", "wrong_key"), ("a\x00b", "wrong_key")]
)
async def test_a_key_that_cannot_be_is_a_fault_before_anything_is_sent(monkeypatch, key, kind):
    if "\x00" in key:
        monkeypatch.setattr(Profile, "key", lambda self: key)
    else:
        monkeypatch.setenv("SOME_KEY", key)
    with pytest.raises(Fault) as caught:
        await Client(Profile("x", "https://nowhere.invalid/v1", "m", key_env="SOME_KEY")).stream([])
    assert caught.value.kind == kind and "SOME_KEY" in str(caught.value)


def test_a_local_server_is_found_without_a_word_to_it(monkeypatch):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        here, gone = Profile("here", url), Profile("gone", "http://127.0.0.1:9/v1")
        away = Profile("away", "https://models.example/v1")
        monkeypatch.setattr(profiles, "PRESETS", {p.name: p for p in (here, gone, away)})
        assert [p.name for p in profiles.listening()] == ["here"]
        listener.settimeout(1)
        connection, _ = listener.accept()
        assert connection.recv(10) == b"", "it is offered, not taken"
