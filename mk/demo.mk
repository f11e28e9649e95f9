# SPDX-License-Identifier: BSD-3-Clause
#
# The demo: real sign-ins in a private place; needs root, changes nothing.

.PHONY: demo demo-shell
demo: deps all  ## show real ssh sign-ins with a second factor
	@MFA_BUILD=$(abspath $(BUILD)) /usr/bin/python3 demo/demo.py

demo-shell: deps all  ## leave the demo running and open a shell in it
	@MFA_BUILD=$(abspath $(BUILD)) /usr/bin/python3 demo/demo.py --shell
