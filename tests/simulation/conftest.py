"""A project with a made-up community under LinkedIn's pack, without its history: nobody in it has said anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from shell import SetClock, Shell

SECOND = """sayso: 1
policy: rival
title: The Rival, as published
kind: observed
purposes:
  ai-training:
recipients:
  rival: {kind: platform, name: The Rival}
  buyer: {kind: licensee, name: Somebody else}
categories: [post, ai-prompt]
sources:
  terms: {title: Its terms, reference: terms of 2024, date: 2024-05-01, confidence: H}
versions:
  - version: "2024-05-01"
    published_at: 2024-05-01
    effective_at: 2024-05-01
    title: Terms of May 2024
    evidence: [terms]
    controls:
      - {id: switch, kind: toggle, label: Let it learn, covers: {purposes: [ai-training], recipients: [rival]}}
    rules:
      - id: learn
        purposes: [ai-training]
        recipients: [rival]
        regions: everywhere
        except: [EEA]
        categories: [post, ai-prompt]
        default: on
        control: switch
        member: {min_age: 18}
        evidence: [terms]
      - id: ask
        purposes: [ai-training]
        recipients: [rival]
        regions: [EEA]
        categories: [post]
        default: off
        control: switch
        evidence: [terms]
      - id: sold
        purposes: [ai-training]
        recipients: [buyer]
        regions: everywhere
        categories: [post]
        visibility: [public]
        default: no-choice
        evidence: [terms]
"""


@pytest.fixture(scope="session")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A project under LinkedIn's pack whose members said nothing, and a policy file of a rival beside it."""
    shell = Shell(tmp_path_factory.mktemp("silent"), SetClock("2026-11-20T12:00:00Z"))
    shell("init", "--policy", "linkedin")
    shell("import", "community", "--members", "120", "--seed", "5", "--no-history")
    shell.write("rival.yaml", SECOND)
    return shell


@pytest.fixture(scope="session")
def written(silent: Shell) -> Path:
    """The page of a simulation of that project under both policies."""
    silent("simulate", "--packs", "linkedin,rival.yaml", "--html", "page.html")
    return silent.folder / "page.html"
