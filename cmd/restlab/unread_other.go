//go:build !unix

package main

import "context"

// untilUnread is for systems that tell.
func untilUnread(ctx context.Context) context.Context { return ctx }
