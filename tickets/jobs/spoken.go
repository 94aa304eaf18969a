package jobs

import (
	"errors"
	"fmt"
	"net"
	"strings"
)

// Spoken says why somebody could not be reached, in words of ours: what networks and servers say quotes addresses, and
// could tell of the inside of a network, while errors of jobs are kept and shown. other is who, like "the mail server".
func Spoken(other string, err error) error {
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%s did not answer in time", other)
	case errors.As(err, &dns):
		return fmt.Errorf("the name of %s was not found", other)
	case strings.Contains(err.Error(), "tls:"), strings.Contains(err.Error(), "x509:"):
		return fmt.Errorf("the certificate of %s was not accepted", other)
	}
	return fmt.Errorf("%s could not be reached, or broke the line", other)
}
