# SPDX-License-Identifier: BSD-3-Clause
#
# What needs no build: layout of the code, who includes whom, sizes, forbidden
# calls, man pages, what the services may reach. tests/lint/selftest.py sees each rule find a violation.

.PHONY: lint
lint:  ## check the form of every file
	@tests/lint/lint.py && echo "lint: nothing found"

.PHONY: format
format:  ## lay out the C++ files as .clang-format says
	@find agent connector mfactl pam_module tests varlink wire -name '*.cc' -o -name '*.h' | \
	  xargs clang-format-14 -i
