// Back from the identity provider: only a page of ours brings the session's cookie along.

location.replace("/");
