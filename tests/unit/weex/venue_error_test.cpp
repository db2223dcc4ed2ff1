#include "infra/weex/venue_error.hpp"
#include "tests/support/catch.hpp"

namespace rg::weex {

TEST_CASE("every documented code has its reaction", "[unit][weex]") {
  using R = Reaction;
  struct Case {
    int code;
    R reaction;
  };
  for (const Case& c :
       {Case{40001, R::halt}, {40002, R::halt},   {40003, R::halt},         {40005, R::halt},
        {40006, R::halt},     {40007, R::refuse}, {40008, R::resync_clock}, {40009, R::halt},
        {40011, R::halt},     {40012, R::halt},   {40013, R::halt},         {40014, R::halt},
        {40015, R::search},   {40016, R::halt},   {40017, R::refuse},       {40018, R::halt},
        {40019, R::refuse},   {40020, R::refuse}, {40021, R::halt},         {40022, R::halt},
        {40753, R::halt},     {40912, R::refuse}, {40913, R::refuse},       {429, R::back_off},
        {50003, R::refuse},   {50004, R::halt},   {50005, R::refuse},       {50007, R::refuse}}) {
    INFO(c.code);
    CHECK(reaction_to({c.code, "x"}, 400) == c.reaction);
  }
  CHECK(reaction_to({}, 200) == R::none);
}

TEST_CASE("40015 is read by its text", "[unit][weex]") {
  for (const char* refusal : {"INVALID_ARGUMENT: The order size must be …",
                              "FAILED_PRECONDITION: The order margin available amount not enough",
                              "leverage cannot change: there are open orders"}) {
    CHECK(reaction_to({40015, refusal}, 400) == Reaction::refuse);
  }
  CHECK(reaction_to({40015, "System error"}, 400) == Reaction::search);
}

TEST_CASE("statuses speak where no code does", "[unit][weex]") {
  CHECK(reaction_to({}, 429) == Reaction::back_off);
  CHECK(reaction_to({}, 500) == Reaction::search);
  CHECK(reaction_to({}, 502) == Reaction::search);
  CHECK(reaction_to({}, 521) == Reaction::halt);
  CHECK(reaction_to({}, 401) == Reaction::halt);
  CHECK(reaction_to({}, 403) == Reaction::halt);
  CHECK(reaction_to({}, 404) == Reaction::refuse);
  CHECK(reaction_to({99999, "new code"}, 400) == Reaction::refuse);
  CHECK(reaction_to({99999, "new code"}, 500) == Reaction::search);
  CHECK(reaction_to({99999, "an error under 200"}, 200) == Reaction::search);
}

TEST_CASE("only the unknown is searched for, refused stamps and 429 are safe", "[unit][weex]") {
  CHECK(outcome_of_change(Reaction::none) == RequestOutcome::ok);
  CHECK(outcome_of_change(Reaction::search) == RequestOutcome::unknown);
  CHECK(outcome_of_change(Reaction::retry) == RequestOutcome::unknown);
  CHECK(outcome_of_change(Reaction::refuse) == RequestOutcome::rejected);
  CHECK(outcome_of_change(Reaction::halt) == RequestOutcome::rejected);
  CHECK(outcome_of_change(Reaction::resync_clock) == RequestOutcome::not_sent);
  CHECK(outcome_of_change(Reaction::back_off) == RequestOutcome::rate_limited);
}

TEST_CASE("the size step is learnt from a refusal", "[unit][weex]") {
  CHECK(
      size_step_in(
          "INVALID_ARGUMENT: The order size must be greater than 0 and matches the stepSize '100' "
          "requirement. Current size is '680.3184'") == *Quantity::parse("100"));
  CHECK(size_step_in("INVALID_ARGUMENT: The order open tp param triggerPrice must be greater than "
                     "0 and matches "
                     "the stepSize '0.1' requirement.")
            .is_zero()); // a price step
  CHECK(size_step_in("order size must be greater than 0 and matches the stepSize 'x'").is_zero());
  CHECK(size_step_in("order size must be greater than 0 and matches the stepSize '").is_zero());
  CHECK(size_step_in("").is_zero());
}

} // namespace rg::weex
