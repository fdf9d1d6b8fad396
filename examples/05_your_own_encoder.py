"""Your own encoder: texts become vectors by a pipeline of scikit-learn, and each encoder has a scale of its own.

A sentence encoder goes to the same place, as a function of a list of texts::

    model = SentenceTransformer("/models/my-model", local_files_only=True)
    sm.terms.Text(encoder=model.encode)
"""

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline

import servicematch as sm

# Latent semantic analysis: characters that occur in the same offers come to lie close together.
LSA = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 2)), TruncatedSVD(60, random_state=0))


def right_teams(plan: sm.Plan, requests: sm.Requests, teams: sm.Teams) -> tuple[int, int]:
    """Count the pairs in free words, and those of them where the team does what was meant."""
    right = []
    for request, team in zip(plan.assignments["request_id"], plan.assignments["team_id"], strict=True):
        row = requests.index(request)
        if requests.category[row] is None:
            meant = requests.extra["true_services"][row].split("|")
            right.append(not set(teams.skills.of(teams.index(team))).isdisjoint(meant))
    return len(right), int(np.sum(right))


def main() -> None:
    requests, teams = sm.datasets.ordos(n_requests=600, n_teams=300, truth=True)
    lsa = sm.terms.Text(encoder=LSA.fit(teams.offers))  # without fit, each plan would fit a copy of its own
    others = sm.Policy().terms[1:]
    print("text term    min_relevance  sent in free words  right team  on the wish wall")
    for name, term, least in (
        ("characters", sm.terms.Text(), sm.Policy().min_relevance),
        ("LSA", lsa, 0.2),
        ("LSA", lsa, 0.4),
        ("LSA", lsa, 0.6),
    ):
        plan = sm.assign(requests, teams, policy=sm.Policy(terms=[term, *others], min_relevance=least))
        sent, right = right_teams(plan, requests, teams)
        wall = plan.summary["by_reason"].get("NO_RELEVANT_TEAM", 0)
        print(f"{name:<12} {least:<13}  {sent:>18}  {right / max(sent, 1):>10.0%}  {wall:>16}")
    print(f"\nThe last plan:\n{plan}")


if __name__ == "__main__":
    main()
