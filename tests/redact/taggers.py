"""What the tests of both taggers share: texts, odd texts, and recall and F1 on people's annotations."""

from __future__ import annotations

from hypothesis import strategies as st

from sayso.redact.finding import Finder
from sayso.redact.score import Counts, parse_examples, score
from shared_data import need_shared

TEXTS = (
    "My name is Maria Jensen and I live in Madrid.",
    "Thanks in advance!\nPeter",
    "Ich heiße Jürgen Krause und wohne in Hannover.",
    "Je m'appelle François Lefèvre et j'habite à Lyon.",
    "int main(int argc, char** argv) { return 0; }",
    "",
    "RT @someone: Barcelona  play\nReal Madrid tonight!!",
    "[PERSON 2] wrote to [EMAIL] from [LOC FR].",
    "and Barcelona plays against Real Madrid in the rain while nobody in town cares, says Anna from Leeds "
    * 3,
)
ODD = st.text(
    st.one_of(st.characters(), st.sampled_from(" \n\x00[]@'\ud800\u0301\u200d😀ǅßİ漢")), max_size=300
)


def recall_and_f1(finder: Finder, name: str) -> tuple[float, float]:
    """Return recall and F1 by token over persons, places and organisations on one of the shared sets."""
    path = need_shared(f"pii/{name}.jsonl")
    examples, problems = parse_examples(path.read_text("utf-8").splitlines(), name)
    assert not problems
    found = [
        [span for span in spans if span.label in ("PERSON", "LOC", "ORG")]
        for spans in finder.find([one.text for one in examples])
    ]
    rows = [row for row in score(examples, found).classes if row.name in ("PERSON", "LOC", "ORG")]
    total = sum((row.token for row in rows), Counts())
    return total.recall or 0.0, total.f1 or 0.0
