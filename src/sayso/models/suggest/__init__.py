"""Writing suggestions that forget exactly: counts of how many members wrote what, over a frozen public base.

``Suggestions(load_base())``, ``add``, ``forget``, ``suggest``, ``digest``; ``arrays_of`` and ``model_of`` keep it. See
docs/explanation/suggestions.md; decision 0013 says why it is so.
"""

from sayso.models.suggest.base import Base, load_base
from sayso.models.suggest.continuations import Suggestion
from sayso.models.suggest.evaluate import Fit, Keystrokes, fit_of, keystrokes, top_one
from sayso.models.suggest.mixing import Frozen, Mixture
from sayso.models.suggest.model import Member, Suggestions
from sayso.models.suggest.stored import arrays_of, model_of

__all__ = [
    "Base",
    "Fit",
    "Frozen",
    "Keystrokes",
    "Member",
    "Mixture",
    "Suggestion",
    "Suggestions",
    "arrays_of",
    "fit_of",
    "keystrokes",
    "load_base",
    "model_of",
    "top_one",
]
