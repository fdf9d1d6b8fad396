"""From haversines to kilometres: an arcsine of sums, products, quotients and roots alone.

These are rounded alike everywhere, so a distance has the same bits in numpy, in compiled loops and on every processor,
which no library promises of its arcsine. The quotient is that of fdlibm's ``asin`` (Sun Microsystems 1993), good to a
unit in the last place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from servicematch.base.arrays import FloatArray

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG), in kilometres."""

DIAMETER_KM = 2.0 * EARTH_RADIUS_KM
QUARTER_TURN = 1.5707963267948966
FAR = 0.25
"""Above this haversine (a sixth of the way round) the arcsine is taken by way of half the angle that is left."""

P0 = 1.66666666666666657415e-01
P1 = -3.25565818622400915405e-01
P2 = 2.01212532134862925881e-01
P3 = -4.00555345006794114027e-02
P4 = 7.91534994289814532176e-04
P5 = 3.47933107596021167570e-05
Q1 = -2.40339491173441421878e00
Q2 = 2.02094576023350569471e00
Q3 = -6.88283971605453293030e-01
Q4 = 7.70381505559019352791e-02


def arc_km(haversine: FloatArray) -> FloatArray:
    """Give the way along the great circle, in km, from the haversine of its angle.

    Examples
    --------
    >>> arc_km(np.array([0.0, 1.0])).round(1)
    array([    0. , 20015.1])
    """
    root = np.sqrt(haversine)
    arc = root + root * _quotient(haversine)
    far = haversine > FAR
    if far.any():
        # Rounding may push the haversine of opposite points a hair above one.
        left = 0.5 * (1.0 - np.minimum(root, 1.0))
        root = np.sqrt(left)
        arc = np.where(far, QUARTER_TURN - 2.0 * (root + root * _quotient(left)), arc)
    km: FloatArray = DIAMETER_KM * arc
    return km


def _quotient(t: FloatArray) -> FloatArray:
    """Give ``asin(x) / x - 1`` for ``t = x * x``, at most `FAR`; step by step in place, which is twice as fast."""
    top = np.multiply(t, P5)
    for coefficient in (P4, P3, P2, P1, P0):
        top += coefficient
        top *= t
    bottom = np.multiply(t, Q4)
    for coefficient in (Q3, Q2, Q1):
        bottom += coefficient
        bottom *= t
    bottom += 1.0
    top /= bottom
    return top
