"""MiniStack with four more condition keys: those of a signature, and s3:if-none-match.

MiniStack evaluates the policies of users and buckets with every key that is in the context. These four are added here, as
https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html describes them.
"""

import datetime

import ministack.app
from ministack.core import iam_actions, iam_evaluator

enforce = iam_evaluator.enforce
s3_service_context = iam_actions.s3_service_context


def signature(form):
    """Returns the authType, the version and the date of the request's signature."""
    if "s3:x-amz-algorithm" in form:
        return "POST", form["s3:x-amz-algorithm"], form["s3:x-amz-date"]
    request = iam_evaluator._signed_request.get()
    if request is None:
        return None
    if request.presigned:
        value = lambda name: request.query_params[name][0]
        return "REST-QUERY-STRING", value("X-Amz-Algorithm"), value("X-Amz-Date")
    return "REST-HEADER", request.headers["authorization"].split(" ")[0], request.headers["x-amz-date"]


def age_ms(date):
    signed_at = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    return str(int((datetime.datetime.now(datetime.timezone.utc) - signed_at).total_seconds() * 1000))


def enforce_with_signature(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    context = dict(service_context or {})
    if service == "s3" and (found := signature(context)):
        auth_type, version, date = found
        context |= {"s3:authType": auth_type, "s3:signatureversion": version, "s3:signatureAge": age_ms(date)}
    return enforce(access_key_id, iam_action, service, region, resource_arn, context)


def s3_service_context_with_precondition(iam_action, query_params, path="", headers=None):
    context = s3_service_context(iam_action, query_params, path, headers)
    expected = (headers or {}).get("if-none-match")
    return context | ({"s3:if-none-match": expected} if expected else {})


iam_evaluator.enforce = enforce_with_signature
iam_actions.s3_service_context = s3_service_context_with_precondition
ministack.app.main()
