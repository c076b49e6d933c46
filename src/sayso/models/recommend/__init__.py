"""Post recommendations that forget exactly: EASE joined with words and topics, from a ledger of whole numbers.

``ledger_of`` posts and who took part in them, ``fit``, ``forget``, ``fold``, ``publish``, ``recommend``, ``evaluate``. See
docs/explanation/recommendations.md; decision 0012 says why it is so.
"""

from sayso.models.recommend.archive import archived, ledger_digest, ledger_from
from sayso.models.recommend.certificate import Certificate
from sayso.models.recommend.evaluate import Score, Split, evaluate, split
from sayso.models.recommend.ledger import Interaction, Ledger, Post, ledger_of
from sayso.models.recommend.model import Model, certified, fit, fold, forget, refit
from sayso.models.recommend.published import Publication, Published, publish, published_from
from sayso.models.recommend.revise import revise
from sayso.models.recommend.serving import Pull, Recommendation, recommend, similar
from sayso.models.recommend.settings import Settings

__all__ = [
    "Certificate",
    "Interaction",
    "Ledger",
    "Model",
    "Post",
    "Publication",
    "Published",
    "Pull",
    "Recommendation",
    "Score",
    "Settings",
    "Split",
    "archived",
    "certified",
    "evaluate",
    "fit",
    "fold",
    "forget",
    "ledger_digest",
    "ledger_from",
    "ledger_of",
    "publish",
    "published_from",
    "recommend",
    "refit",
    "revise",
    "similar",
    "split",
]
