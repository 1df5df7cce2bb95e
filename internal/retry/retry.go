package retry

import (
	"context"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Sleep is a placeholder.
func Sleep(ctx context.Context, d time.Duration) error { return orq.Sleep(ctx, d) }
