# SPDX-License-Identifier: BSD-3-Clause
#
# The connector against directories: tests/connector.

GRAPH_DRIVER := $(BUILD)/tests/graph_driver
GRAPH := $(filter-out $(foreach room,agent ldap loop, \
           connector/$(room)/%),$(CONNECTOR))

$(GRAPH_DRIVER): $(call objects,$(GRAPH) tests/connector/graph_driver.cc)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	$(Q)$(CXX) -o $@.new $^ $(ALL_LDFLAGS) $(CONNECTOR_LIBS)
	$(Q)mv $@.new $@

test-programs: $(GRAPH_DRIVER)
