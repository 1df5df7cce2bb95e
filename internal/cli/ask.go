package cli

import (
	"bufio"
	"context"
	"fmt"
)

// ask asks a question on stderr and returns the line that answers it; "" at the end of the input. It ends with ctx, while the
// line that nobody writes is still being read: the program ends then.
func ask(ctx context.Context, process *Process, question string) (string, error) {
	_, _ = fmt.Fprint(process.Err, question)
	answered := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(process.In).ReadString('\n')
		answered <- line
	}()
	select {
	case answer := <-answered:
		if answer == "" {
			_, _ = fmt.Fprintln(process.Err)
		}
		return answer, nil
	case <-ctx.Done():
		_, _ = fmt.Fprintln(process.Err)
		return "", fmt.Errorf("%w; nothing was changed", errInterrupted)
	}
}
