"""Assign residents' service requests to volunteer teams: proved optimal, explained, checkable.

>>> import servicematch as sm
>>> plan = sm.assign({"id": ["r1", "r2"]}, {"id": ["t1"], "capacity": [2]})
>>> plan.status
'PROVED'
"""

import logging as _logging

from servicematch import datasets as datasets
from servicematch.ask import relaxations as relaxations
from servicematch.assign import fairness as fairness
from servicematch.assign import rules as rules
from servicematch.assign.inputs import PreparedTeams as PreparedTeams
from servicematch.assign.inputs import prepare as prepare
from servicematch.assign.policy import Policy as Policy
from servicematch.assign.travel import Travel as Travel
from servicematch.base import errors as errors
from servicematch.base.claim import Pin as Pin
from servicematch.desk.recommend import recommend as recommend
from servicematch.desk.recommendations import Recommendations as Recommendations
from servicematch.pairs import limits as limits
from servicematch.pairs import terms as terms
from servicematch.plan import Plan as Plan
from servicematch.planning import assign as assign
from servicematch.planning import diff as diff
from servicematch.planning import evaluate as evaluate
from servicematch.planning import frontier as frontier
from servicematch.planning import score as score
from servicematch.solve.matrix import MatrixSolution as MatrixSolution
from servicematch.solve.matrix import solve_matrix as solve_matrix
from servicematch.tables.csvfile import read_csv as read_csv
from servicematch.tables.requests import Requests as Requests
from servicematch.tables.series import series as series
from servicematch.tables.slots import Slots as Slots
from servicematch.tables.teams import Teams as Teams
from servicematch.view import plots as plots

__version__ = "0.1.0"

_logging.getLogger(__name__).addHandler(_logging.NullHandler())
