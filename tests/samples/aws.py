"""The AWS CLI, which checks its arguments and files as always, but sends nothing: every request is answered with 200 and no content."""

import sys

from awscli.clidriver import create_clidriver
from botocore.awsrequest import AWSResponse


class Body:
    """The body of an answer, as urllib3 gives it."""

    def __init__(self, operation):
        self.text = f"<{operation}Response><{operation}Result/></{operation}Response>"

    def stream(self, *_args, **_options):
        """Returns the body in one piece."""
        yield self.text.encode()


def answer(request, event_name, **_):
    """Answers a request before it is sent."""
    operation = event_name.rsplit(".", 1)[1]
    return AWSResponse(request.url, 200, {"content-type": "application/xml"}, Body(operation))


driver = create_clidriver()
driver.session.register("before-send.*", answer)
sys.exit(driver.main(sys.argv[1:]))
