# varnish as a shared cache, with what its built-in rules would take away from an API left in place.
vcl 4.1;

backend origin {
  .host = "ORIGIN_HOST";
  .port = "ORIGIN_PORT";
}

sub vcl_recv {
  # The built-in rules answer methods that they do not know by a pipe, and hash every GET that has no cookie.
  if (req.method != "GET" && req.method != "HEAD") {
    return (pass);
  }
  # Conditions are for the origin to judge unless they are of the kind that a cache may judge.
  if (req.http.If-Match || req.http.If-Unmodified-Since || req.http.Authorization || req.http.Cookie) {
    return (pass);
  }
  return (hash);
}

sub vcl_backend_response {
  # no-cache: keep it, and ask the origin each time. Without this varnish keeps what has no max-age for two minutes.
  if (beresp.http.Cache-Control ~ "no-store|private" || !beresp.http.Cache-Control) {
    set beresp.uncacheable = true;
    return (deliver);
  }
  if (beresp.http.Cache-Control ~ "no-cache") {
    set beresp.ttl = 0s;
    set beresp.grace = 0s;
    set beresp.keep = 1h;
  }
  return (deliver);
}
