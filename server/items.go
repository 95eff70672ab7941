package server

import (
	"net/http"
	"net/url"
)

// getItem answers {"value": V}, with V as it was sent:
//
//	200 OK          the item, with its ETag
//	304, 412        the preconditions say so: see show
//	404 Not Found   the key is free
func (s *server) getItem(w http.ResponseWriter, r *http.Request, key string) error {
	item, err := s.store.Item(r.Context(), key)
	if err != nil {
		return err
	}
	return show(w, r, item.representation)
}

// postItem stores {"value": V} under the key that the client names:
//
//	201 Created     the item is stored; if the key was taken, its value is replaced
//	400, 413, 415   the body cannot be read; nothing is stored
//	412             the preconditions do not hold; nothing is stored
//	422             the body has no value; nothing is stored
//
// Here POST repeats as safely as PUT does, because the client names the item. Where the server names it, as in
// createTask, a second POST makes a second one.
func (s *server) postItem(w http.ResponseWriter, r *http.Request, key string) error {
	if _, err := s.storeItem(r, key); err != nil {
		return err
	}
	w.Header().Set("Location", "/items/"+url.PathEscape(key))
	return confirm(w, http.StatusCreated, itemCreated)
}

// putItem creates the item, or replaces its value if the key is taken (RFC 9110 §9.3.4):
//
//	201 Created     the key was free
//	200 OK          the value was replaced
//	400, 413, 415   the body cannot be read; nothing is stored
//	412             the preconditions do not hold; nothing is stored
//	422             the body has no value; nothing is stored
//
// Two codes for one method are the point: a client that repeats a PUT after a time-out learns from the code
// whether its first attempt arrived, and the item is the same either way.
//
// The answer has no ETag: it would say that the client's bytes are what GET sends (§9.3.4), and white space between
// tokens is not.
func (s *server) putItem(w http.ResponseWriter, r *http.Request, key string) error {
	created, err := s.storeItem(r, key)
	if err != nil {
		return err
	}
	if created {
		return confirm(w, http.StatusCreated, itemCreated)
	}
	return confirm(w, http.StatusOK, itemUpdated)
}

// deleteItem frees the key:
//
//	200 OK          the item is gone
//	404 Not Found   the key was free already; to the client that is the same outcome
//	412             the preconditions do not hold; the item stays
func (s *server) deleteItem(w http.ResponseWriter, r *http.Request, key string) error {
	if err := s.store.DeleteItem(r.Context(), key, preconditions(r)); err != nil {
		return err
	}
	return confirm(w, http.StatusOK, itemDeleted)
}

// patchItem applies a JSON Patch to the document {"value": V}, all of it or nothing:
//
//	204 No Content   the item is patched, and ETag is its new one
//	400, 413, 415    the body cannot be read as a JSON Patch; nothing changes
//	404 Not Found    the key is free
//	409 Conflict     a path leads nowhere, or a test fails; nothing changes
//	412              the preconditions do not hold; nothing changes
//	422              the patch asks for what is not done here; nothing changes
//
// PATCH need not be idempotent (RFC 5789 §2): {"op": "add", "path": "/value/-", …} appends each time. A client that
// must not do it twice sends If-Match.
func (s *server) patchItem(w http.ResponseWriter, r *http.Request, key string) error {
	patch, err := s.readPatch(r)
	if err != nil {
		return err
	}
	item, err := s.store.UpdateItem(r.Context(), key, patch.apply, preconditions(r))
	if err != nil {
		return err
	}
	w.Header().Set("ETag", item.etag)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// storeItem stores the value in the request's body and reports whether the key was free.
func (s *server) storeItem(r *http.Request, key string) (created bool, err error) {
	body, _, err := readObject(r, plainJSON)
	if err != nil {
		return false, err
	}
	value, ok := body["value"]
	if !ok {
		return false, refusal{http.StatusUnprocessableEntity, `The body has no "value"`}
	}
	return s.store.PutItem(r.Context(), key, NewItem(value), preconditions(r))
}
