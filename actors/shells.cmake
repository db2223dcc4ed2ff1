# The shells: CAF around the models. Last of the arrows before app.
if(TARGET rg_pipeline AND TARGET rg_portfolio AND TARGET rg_order)
rg_add_library(rg_actors
  SOURCES inline_unit.cpp message_types.cpp pair_group.cpp supervisor.cpp venue_survey.cpp journal/ledger.cpp
          journal/ledger_text.cpp
          feed/feed_actor.cpp guard/guard_actor.cpp regime/regime_actor.cpp
          strategy/strategy_actor.cpp risk/risk_actor.cpp portfolio/portfolio_actor.cpp
          portfolio/portfolio_actor_news.cpp portfolio/portfolio_actor_status.cpp
          order/order_actor.cpp journal/journal_actor.cpp
          engine.cpp engine_supervision.cpp engine_reconcile.cpp engine_drop_copy.cpp engine_operator.cpp
          engine_settings.cpp engine_clock.cpp engine_test_trade.cpp
  LINKS rg_messages rg_ports rg_pipeline rg_portfolio rg_order rg_clock_gate CAF::core)
endif()
