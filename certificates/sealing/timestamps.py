"""A service that attests when something was sealed (RFC 3161), where the site has one."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

from asn1crypto import tsp
from django.conf import settings
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

SECONDS = 10
MOST_BYTES = 64 * 1024
KIND = "application/timestamp-reply"


class TimestampService(TimeStamper):
    """Asks the service at an address. Raises TimestampRequestError where it does not answer."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310  settings take http and https alone
            self.url,
            data=req.dump(),
            headers={"Content-Type": "application/timestamp-query", "Accept": KIND},
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310  as above
                content = response.read(MOST_BYTES)
                if response.headers.get_content_type() != KIND:
                    raise TimestampRequestError("The service answered with something else.")
        except urllib.error.HTTPError as error:
            error.close()
            raise TimestampRequestError("The service refused.") from error
        except OSError as error:
            raise TimestampRequestError("The service did not answer.") from error
        return tsp.TimeStampResp.load(content)


def timestamp_service() -> Any:
    """The service of this site, or None."""
    return TimestampService(settings.TIMESTAMP_URL) if settings.TIMESTAMP_URL else None
