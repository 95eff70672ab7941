wrk.method = "PUT"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"value": "blue"}'
