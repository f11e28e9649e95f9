# SPDX-License-Identifier: BSD-3-Clause
#
# The demo: real sign-ins in a private place; needs root, changes nothing.
# As in check.mk, installing comes first, in a make of its own.

DEMO = MFA_BUILD=$(abspath $(BUILD)) /usr/bin/python3 demo/demo.py

.PHONY: demo
demo: deps  ## show real ssh sign-ins with a second factor
	@$(MAKE) --no-print-directory all
	@$(DEMO)

.PHONY: demo-shell
demo-shell: deps  ## leave the demo running and open a shell in it
	@$(MAKE) --no-print-directory all
	@$(DEMO) --shell
