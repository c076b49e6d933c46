"""Crawlers that are known to gather for AI: the product token that robots.txt calls them by, and what they gather for.

From what their operators publish about them, as of November 2026. A site that turns one of them away says something about AI, and not
only about load on its server.
"""

from __future__ import annotations

from sayso.values.preferences import TRAINING, Usage

_INPUT = frozenset((Usage.AI_USE,))

CRAWLERS: tuple[tuple[str, frozenset[Usage]], ...] = (
    ("AI2Bot", TRAINING),
    ("Amazonbot", TRAINING),
    ("anthropic-ai", TRAINING),
    ("Applebot-Extended", TRAINING),
    ("Bytespider", TRAINING),
    ("CCBot", TRAINING),
    ("ChatGPT-User", _INPUT),
    ("Claude-SearchBot", _INPUT),
    ("Claude-User", _INPUT),
    ("ClaudeBot", TRAINING),
    ("cohere-training-data-crawler", TRAINING),
    ("Diffbot", TRAINING),
    ("FacebookBot", TRAINING),
    ("Google-CloudVertexBot", TRAINING),
    ("Google-Extended", TRAINING),
    ("GPTBot", TRAINING),
    ("ImagesiftBot", TRAINING),
    ("meta-externalagent", TRAINING),
    ("OAI-SearchBot", _INPUT),
    ("omgili", TRAINING),
    ("PanguBot", TRAINING),
    ("Perplexity-User", _INPUT),
    ("PerplexityBot", _INPUT),
    ("Timpibot", TRAINING),
    ("Webzio-Extended", TRAINING),
)
