"""Dates, times and durations: what was written is what is written again, and the order is that of the specification."""

from __future__ import annotations

import json
import pickle
from copy import copy, deepcopy
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xmlsvc.schema.durations import Duration, GDay, GMonth, GMonthDay, GYear, GYearMonth
from xmlsvc.schema.lexical import READ, write
from xmlsvc.schema.temporal import Date, DateTime, Time

ZONES = st.one_of(st.just(""), st.just("Z"), st.integers(-840,
840).map(lambda m: f"{'-' if m < 0 else '+'}{abs(m) // 60:02}:{abs(m) % 60:02}"))
YEARS = st.one_of(st.integers(1, 9999), st.integers(10_000, 300_000), st.integers(-9999,
-1)).map(lambda y: f"{'-' if y < 0 else ''}{abs(y):04}")
DAYS = st.builds(lambda y, m, d: f"{y}-{m:02}-{d:02}", YEARS, st.integers(1, 12), st.integers(1, 28))
CLOCKS = st.one_of(
    st.just("24:00:00"),
    st.builds(lambda t, f: t.strftime("%H:%M:%S") + f, st.times(), st.sampled_from(["", ".5", ".50", ".123456789", ".000"])))


@given(DAYS, ZONES)
def test_dates_are_kept(day: str, zone: str) -> None:
    value = Date.parse(day + zone)
    assert write(value) == day + zone and pickle.loads(pickle.dumps(value)) == value
    assert value.year == int(day[:-6])
    assert value == Date.parse(day + zone) and hash(value) == hash(Date.parse(day + zone))


@given(DAYS, CLOCKS, ZONES)
def test_moments_are_kept(day: str, clock: str, zone: str) -> None:
    text = f"{day}T{clock}{zone}"
    value = DateTime.parse(text)
    assert write(value) == text and pickle.loads(pickle.dumps(value)) == value
    assert Time.parse(clock + zone).isoformat() == clock + zone


@given(DAYS, st.integers(-400_000, 400_000))
def test_adding_days_and_taking_them_away(day: str, days: int) -> None:
    start = Date.parse(day)
    moved = start + timedelta(days=days)
    assert moved - timedelta(days=days) == start and moved - start == timedelta(days=days) and timedelta(days=days) + start == moved
    assert (moved > start) is (days > 0) and (moved < start) is (days < 0)
    assert (moved >= start) is (days >= 0) and (moved <= start) is (days <= 0)


@given(DAYS, ZONES, st.integers(-400_000, 400_000))
def test_equal_dates_are_one_key_however_they_were_made(day: str, zone: str, days: int) -> None:
    start = Date.parse(day + zone)
    there_and_back = start + timedelta(days=days) - timedelta(days=days)
    assert {there_and_back, start} == {start} and there_and_back.tzinfo == start.tzinfo and there_and_back.year == start.year


def test_they_are_the_standard_librarys_own() -> None:
    assert Date.parse("2024-02-29") == date(2024, 2, 29) and isinstance(Date.parse("2024-02-29"), date)
    assert Date.parse("2024-02-29") < date(2024, 3, 1) < Date.parse("2024-03-02")
    assert DateTime.parse("2024-02-29T24:00:00Z") == datetime(2024, 3, 1, tzinfo=UTC)
    assert DateTime.parse("2024-02-29T12:00:00+02:00") == datetime(2024, 2, 29, 10, tzinfo=UTC)
    assert Time.parse("10:00:00Z") == time(10, tzinfo=UTC)
    assert f"{Date.parse('2024-02-29'):%d %B %Y}" == "29 February 2024"


def test_years_beyond_the_standard_librarys() -> None:
    assert Date.parse("12016-02-29").year == 12016 and Date.parse("-0044-03-15").year == -44
    assert Date.parse("12016-02-29") > Date.parse("2016-02-29") and Date.parse("12016-02-29") != date(2016, 2, 29)
    assert str(DateTime.parse("9999-12-31T24:00:00Z") + timedelta(days=1)) == "10000-01-02T00:00:00Z"


@pytest.mark.parametrize(("kind", "text"), [
    ("date", "2024-02-30"), ("date", "2024-W05-1"), ("date", "20240101"), ("date", "24-01-01"), ("date", "2024-01-01+15:00"),
    ("date", "٢٠٢٤-01-01"),
    ("date", "02024-01-01"), ("dateTime", "2024-01-01"), ("dateTime", "2024-01-01 10:00:00"), ("dateTime", "2024-01-01T24:00:01"),
    ("dateTime", "2024-01-01T10:00"), ("time", "25:00:00"), ("time", "10:00:60"), ("duration", "P"), ("duration", "PT"),
    ("duration", "P1S"),
    ("duration", "1D"), ("gMonth", "--13"), ("gMonthDay", "--02-30"), ("gDay", "---32"), ("gYear", "99"), ("boolean", "TRUE"),
    ("decimal", "1e5"),
    ("decimal", "1_000"), ("decimal", "NaN"), ("integer", "1.0"), ("integer", "٣"), ("double", "inf"), ("double", "0x1"),
    ("hexBinary", "ABC"),
    ("base64Binary", "A"), ("language", "e_n"), ("NCName", "a:b"), ("Name", "1a"), ("NMTOKEN", "a b"), ("QName", "a:b:c"),
    ("dayTimeDuration", "P1Y"), ("yearMonthDuration", "P1D"), ("dateTimeStamp", "2024-01-01T10:00:00"),
])  # fmt: skip
def test_what_is_outside_the_lexical_space_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        READ[kind](text)


@pytest.mark.parametrize(("kind", "text"), [
    ("decimal", "1.50"), ("decimal", "-0.00"), ("integer", "123456789012345678901234567890"), ("boolean", "true"), ("double", "INF"),
    ("double", "NaN"), ("double", "1.50"), ("float", "7"), ("double", "2.0E+3"), ("float", "-0"), ("double", ".5"), ("double", "1e400"),
    ("duration", "P1Y2M3DT4H5M6.70S"), ("duration", "-P30D"), ("gYear", "2024Z"), ("gYearMonth", "2024-02"), ("gMonth", "--02"),
    ("gMonthDay", "--02-29"),
    ("gDay", "---31"), ("hexBinary", "0AFF"), ("base64Binary", "YWI="), ("language", "de-CH"), ("NCName", "één"),
    ("anyURI", "https://example.org/a b"),
])  # fmt: skip
def test_values_are_written_as_they_were_read(kind: str, text: str) -> None:
    assert write(READ[kind](text), kind) == text


def test_floats_are_floats_whatever_they_are_written_as() -> None:
    value = READ["double"]("1.50")
    assert value == 1.5 and hash(value) == hash(1.5) and repr(value) == "1.5" and str(value) == "1.50" and json.dumps([value]) == "[1.5]"
    assert type(value + 1) is float and type(READ["double"]("1.5")) is float and str(pickle.loads(pickle.dumps(value))) == "1.50"
    assert write(value, "decimal") == "1.5" and str(copy(value)) == str(deepcopy(value)) == "1.50"


def test_durations() -> None:
    assert Duration.parse("P1Y") == Duration(12) and Duration.parse("PT36H") == Duration(0, 129600) == timedelta(hours=36)
    assert Duration.parse("P1M").compare(Duration.parse("P30D")) is None and Duration.parse("P1M") < Duration.parse("P32D")
    assert str(Duration(14, Decimal("90061.5"))) == "P1Y2M1DT1H1M1.5S" and str(Duration()) == "PT0S" and str(Duration(-3)) == "-P3M"
    assert Duration.parse("PT1.5S").to_timedelta() == timedelta(seconds=1.5) and str(Duration.of(timedelta(days=-1))) == "-P1D"
    with pytest.raises(ValueError, match="where they start"):
        Duration(1).to_timedelta()
    with pytest.raises(ValueError, match="same sign"):
        Duration(1, -1)


def test_calendar_parts() -> None:
    assert GYear.parse("2024").year == 2024 and GYear.parse("1999") < GYear.parse("2024")
    assert GMonthDay.parse("--12-25").day == 25 and GMonth.parse("--05").month == 5 and GDay.parse("---05Z").zone is UTC
    assert GYearMonth.parse("2024-05") != GYear.parse("2024")
    assert pickle.loads(pickle.dumps(GYear.parse("2024Z"))) == GYear.parse("2024Z")


def test_standard_library_values_are_written_too() -> None:
    assert write(datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=-5)))) == "2024-01-02T03:04:05-05:00"
    assert write(timedelta(minutes=90)) == "PT1H30M" and write(1e-7) == "1E-07" and write(date(2024, 1,
    2)) == "2024-01-02"
    assert write(1e21, "decimal") == "1000000000000000000000"
    with pytest.raises(TypeError, match="no value that XML can hold"):
        write(object())


@pytest.mark.parametrize(("month", "days"), [(1, 31), (2, 29), (4, 30), (6, 30), (9, 30), (11, 30), (12, 31)])
def test_months_have_their_days(month: int, days: int) -> None:
    assert GMonthDay.parse(f"--{month:02}-{days:02}").day == days
    with pytest.raises(ValueError, match="gMonthDay"):
        GMonthDay.parse(f"--{month:02}-{days + 1:02}")


def test_parts_are_their_numbers_and_their_kind() -> None:
    assert GYear.parse("2026") == GYear.parse("2026") and GYear.parse("2026") != GYear.parse("2027")
    assert GYear.parse("2026") != "2026" and GYear.parse("2026") != GYearMonth.parse("2026-01")


@pytest.mark.parametrize("text", ["PT1H", "PT59M59S", "PT1H1M1S", "P1DT23H59M59.5S", "P1Y2M3DT4H5M6S"])
def test_a_computed_duration_is_written_in_full_units(text: str) -> None:
    read = Duration.parse(text)
    assert Duration(read.months, read.seconds)._written() == text


@pytest.mark.parametrize("years", [2025, 2026, 12_026])
def test_dates_are_in_order_across_zones(years: int) -> None:
    before, after = Date.parse(f"{years}-03-01+02:00"), Date.parse(f"{years}-03-01Z")
    assert before < after and before <= after and after > before and after >= before and not after <= before
    assert before <= Date.parse(f"{years}-03-01+02:00") and before >= Date.parse(f"{years}-03-01+02:00")


def test_a_month_is_compared_from_every_start() -> None:
    """XSD 1.1, part 2, 3.3.6.1: four starts decide; where they differ there is no order."""
    month = Duration.parse("P1M")
    assert month.compare(Duration.parse("P27D")) == 1 and month.compare(Duration.parse("P32D")) == -1
    assert all(month.compare(Duration.parse(f"P{days}D")) is None for days in (28, 29, 30, 31))
    assert Duration.parse("P5M").compare(Duration.parse("P149D")) == 1 and Duration.parse("P5M").compare(Duration.parse("P154D")) == -1
    assert all(Duration.parse("P5M").compare(Duration.parse(f"P{days}D")) is None for days in (150, 151, 152, 153))


def test_durations_are_ordered_only_where_every_calendar_agrees() -> None:
    year, months, month, days = (Duration.parse(text) for text in ("P1Y", "P12M", "P1M", "P30D"))
    assert year <= months and year >= months and not year < months and not year > months and len({year, months}) == 1
    assert not month <= days and not month >= days and not month < days and not month > days and month != days
    assert month < year and month <= year and year > month and year >= month and not year <= month and not month >= year
    assert pickle.loads(pickle.dumps(year)) == year and repr(year) == "Duration('P1Y')"
    assert Duration.parse("-P1M") < Duration.parse("PT0S") < Duration.parse("PT0.1S") and Duration.parse("-P1M").months == -1


def test_calendar_parts_are_ordered_by_their_numbers() -> None:
    for kind, low, high in ((GYear, "1999", "2024"), (GYearMonth, "2024-04", "2024-05"), (GMonth, "--04", "--05"), (GDay, "---04", "---05"),
                            (GMonthDay, "--04-30", "--05-01"), (GYear, "-0044", "0044"), (GYear, "9999", "10000")):
        one, other = kind.parse(low), kind.parse(high)
        assert one < other and one <= other and other > one and other >= one and not other <= one and not one >= other
        assert one <= kind.parse(low) and one >= kind.parse(low) and not one < kind.parse(low) and not one > kind.parse(low)
        assert {one, kind.parse(low)} == {one} and one != other and repr(one) == f"{kind.__name__}({low!r})" and str(one) == low
    assert GYear.parse("2024Z") != GYear.parse("2024") and GYear.parse("2024Z") == GYear.parse("2024+00:00")


MOMENTS = ("-0044-03-15T12:00:00Z", "2024-05-17T20:15:00+02:00", "2024-05-17T20:15:00Z", "2024-05-17T20:15:00.5Z", "12024-05-17T20:15:00Z")


@pytest.mark.parametrize(("low", "high"), [(MOMENTS[at], later) for at in range(len(MOMENTS)) for later in MOMENTS[at + 1:]])
def test_moments_are_in_order_also_beyond_the_standard_library_s_years(low: str, high: str) -> None:
    one, other = DateTime.parse(low), DateTime.parse(high)
    assert one < other and one <= other and other > one and other >= one and one != other
    assert not other < one and not other <= one and not one > other and not one >= other
    assert other - one > timedelta(0) and one + (other - one) == other and other - (other - one) == one
    assert {DateTime.parse(low), one} == {one} and not one < DateTime.parse(low) and one <= DateTime.parse(low)
    assert hash(one + (other - one)) == hash(other)


def test_a_moment_in_other_forms() -> None:
    value = DateTime.parse("2024-05-17T20:15:00.500+02:00")
    assert value.isoformat() == str(value) == "2024-05-17T20:15:00.500+02:00" and value.isoformat(" ") == "2024-05-17 20:15:00.500000+02:00"
    assert value.isoformat(timespec="minutes") == "2024-05-17T20:15+02:00" and repr(value) == "DateTime('2024-05-17T20:15:00.500+02:00')"
    assert str(value.replace(hour=21)) == "2024-05-17T21:15:00.500000+02:00", "what is calculated is written anew"
    clock = Time.parse("20:15:00.50Z")
    assert (str(clock), clock.isoformat(timespec="minutes"), repr(clock)) == ("20:15:00.50Z", "20:15Z", "Time('20:15:00.50Z')")
    assert pickle.loads(pickle.dumps(clock)) == clock == time(20, 15, 0, 500_000, UTC)
    assert str(clock.replace(second=1)) == "20:15:01.500000Z"
    assert value != date(2024, 5, 17) and (value == datetime(2024, 5, 17, 18, 15, 0, 500_000, UTC)) and value - value == timedelta(0)
    with pytest.raises(TypeError):
        value - date(2024, 5, 17)
    for wrong in (lambda: Date.parse("2024-05-17") - "yesterday", lambda: Date.parse("2024-05-17") + 1, lambda: value + 1):
        with pytest.raises(TypeError):
            wrong()
    assert str(timedelta(days=1) + Date.parse("2024-05-17Z")) == "2024-05-18Z"
    assert str(timedelta(days=1) + DateTime.parse("12024-05-17T00:00:00Z")) == "12024-05-18T00:00:00Z"


@pytest.mark.parametrize("text", ["2024-05-17T24:00:00", "2024-05-17T24:00:00Z", "2024-02-29T24:00:00.00+14:00", "1999-12-31T24:00:00Z"])
def test_midnight_by_its_second_name(text: str) -> None:
    value = DateTime.parse(text)
    next_day = date.fromisoformat(text[:10]) + timedelta(days=1)
    assert str(value) == text and (value.date(), value.time()) == (next_day, time())


@pytest.mark.parametrize("text", ["0000-01-01", "-0001-12-31", "0001-01-01", "9999-12-31", "10000-01-01", "-12024-02-29"])
def test_years_of_every_size_are_kept(text: str) -> None:
    day, moment = Date.parse(text), DateTime.parse(f"{text}T10:00:00Z")
    assert (str(day), str(moment), day.year, moment.year) == (text, f"{text}T10:00:00Z", int(text[:-6]), int(text[:-6]))
    for one in (day, moment):
        for other in (one + timedelta(days=1), one - timedelta(days=1), one + timedelta(days=4_000_000), one - timedelta(days=4_000_000)):
            assert type(one).parse(str(other)) == other and hash(type(one).parse(str(other))) == hash(other)
            assert one + (other - one) == other and abs(other - one) in (timedelta(days=1), timedelta(days=4_000_000))


def test_texts_of_the_usual_length_that_are_no_usual_values() -> None:
    """Those that only look like what the quick way reads."""
    for kind, text in (("date", "2024/05/17"), ("date", "2024-13-01"), ("date", "2024-5-017"), ("dateTime", "2024-05-17T20:15:0Z"),
                       ("dateTime", "2024-05-17t20:15:00"), ("dateTime", "2024-05-17T20:60:00"), ("dateTime", "2024-05-17T20.15.00Z"),
                       ("dateTime", "2024-05-17T20:15:00z"), ("dateTime", "0000-00-17T20:15:00"), ("dateTime", "2024-05-17T20:15:60Z")):
        with pytest.raises(ValueError):
            READ[kind](text)
    assert str(READ["dateTime"]("0000-05-17T20:15:00")) == "0000-05-17T20:15:00" and READ["dateTime"]("-0001-05-17T20:15:00").year == -1


def test_years_of_hundreds_of_digits_are_in_order() -> None:
    for kind, rest in ((Date, "-05-17+02:00"), (DateTime, "-05-17T20:15:00Z")):
        one, other = kind.parse("1" + "0" * 400 + rest), kind.parse("2" + "0" * 400 + rest)
        assert one < other and one != other and {one, kind.parse(str(one))} == {one} and one.year == 10**400
