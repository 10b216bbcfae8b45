using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Streams.Influx.Lines;

/// <summary>
/// Writes points as InfluxDB's line protocol: <c>measurement,tag=value field=1.5,other=2i 1700000000000</c>, UTF-8, a line each, tags in the order of the
/// bytes of their names. After the first point of a series it allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// Floating point is written in the fewest digits that read back as the same number. In text, quotes and backslashes are escaped and line breaks become
/// spaces. What is done with names and tags: <see cref="LineProtocolText"/>. Source:
/// https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
/// </remarks>
public sealed class LineProtocolEncoder
{
    // The longest number is that of a double, 24 characters, with what stands around it.
    private const int MostNumberBytes = 32;
    private const int MostTimeBytes = 24;

    private static readonly SearchValues<char> Escaped = SearchValues.Create("\"\\\n\r");

    private readonly long _nanosecondsPerUnit;
    private readonly bool _hasUnsigned;
    private readonly MetricTag[] _tags;

    /// <param name="precision">Unit of the times.</param>
    /// <param name="api">1.x has no unsigned integers.</param>
    /// <param name="tags">Tags that every series has besides its own; its own count more.</param>
    /// <exception cref="ArgumentException">A tag's name is empty, there twice, or one that servers keep for themselves.</exception>
    public LineProtocolEncoder(MetricPrecision precision, InfluxApi api = InfluxApi.V2, params IReadOnlyList<MetricTag> tags)
    {
        _nanosecondsPerUnit = precision switch
        {
            MetricPrecision.Nanoseconds => 1,
            MetricPrecision.Microseconds => 1_000,
            MetricPrecision.Milliseconds => 1_000_000,
            _ => 1_000_000_000,
        };
        _hasUnsigned = api == InfluxApi.V2;
        _tags = LineProtocolText.Sorted(tags);
    }

    /// <summary>Values that were left out because they are NaN or infinite, so far.</summary>
    public long NotFinite { get; private set; }

    /// <summary>Unsigned values that were left out because the server has no such integers and they fit no signed one, so far.</summary>
    public long TooLarge { get; private set; }

    /// <summary>Points that were left out because they had no fields, or none that were left, so far.</summary>
    public long WithoutFields { get; private set; }

    /// <summary>Writes all points of a batch.</summary>
    public void Encode(MetricBatch batch, LineBuffer lines)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            Encode(batch, i, lines);
        }
    }

    /// <summary>Writes one point.</summary>
    /// <returns>Whether there was something to write.</returns>
    public bool Encode(MetricBatch batch, int point, LineBuffer lines)
    {
        var series = batch.Series(point);
        var prefix = series.Prefix(_tags);
        var schema = series.Schema;
        var at = lines.Length;
        var room = lines.Room(at, prefix.Length + (schema.Fields.Count * (schema.MostFieldBytes + MostNumberBytes)) + MostTimeBytes);
        prefix.CopyTo(room);
        var used = prefix.Length;
        var values = batch.Values(point);
        var first = true;
        for (var present = batch.Present(point); present != 0; present &= present - 1)
        {
            var index = BitOperations.TrailingZeroCount(present);
            var field = schema.Fields[index];
            var value = values[index];
            if (!IsWritable(field.Type, value))
            {
                continue;
            }

            if (!first)
            {
                room[used++] = (byte)',';
            }

            first = false;
            field.Key.CopyTo(room[used..]);
            used += field.Key.Length;
            if (field.Type == MetricType.Text)
            {
                // The rest of the line may take as much as it took before.
                var text = batch.Text(value);
                var rest = (schema.Fields.Count * (schema.MostFieldBytes + MostNumberBytes)) + MostTimeBytes;
                room = lines.Room(at + used, (3 * text.Length) + text.AsSpan().CountAny(Escaped) + 2 + rest);
                room = lines.Room(at, used);
                used += WriteText(text, room[used..]);
            }
            else
            {
                used += WriteNumber(field.Type, value, room[used..]);
            }
        }

        if (first)
        {
            WithoutFields++;
            return false;
        }

        room[used++] = (byte)' ';
        Utf8Formatter.TryFormat(FloorDivide(batch.Time(point), _nanosecondsPerUnit), room[used..], out var written);
        used += written;
        room[used++] = (byte)'\n';
        lines.Complete(at + used);
        return true;
    }

    private bool IsWritable(MetricType type, ulong value)
    {
        if (type == MetricType.Float && !double.IsFinite(BitConverter.UInt64BitsToDouble(value)))
        {
            NotFinite++;
            return false;
        }

        if (type == MetricType.Unsigned && !_hasUnsigned && value > long.MaxValue)
        {
            TooLarge++;
            return false;
        }

        return true;
    }

    private int WriteNumber(MetricType type, ulong value, Span<byte> room)
    {
        int written;
        switch (type)
        {
            case MetricType.Float:
                BitConverter.UInt64BitsToDouble(value).TryFormat(room, out written, "R", CultureInfo.InvariantCulture);
                return written;
            case MetricType.Integer:
                Utf8Formatter.TryFormat((long)value, room, out written);
                room[written] = (byte)'i';
                return written + 1;
            case MetricType.Unsigned:
                Utf8Formatter.TryFormat(value, room, out written);
                room[written] = _hasUnsigned ? (byte)'u' : (byte)'i';
                return written + 1;
            default:
                var word = value != 0 ? "true"u8 : "false"u8;
                word.CopyTo(room);
                return word.Length;
        }
    }

    private static int WriteText(ReadOnlySpan<char> text, Span<byte> room)
    {
        var used = 0;
        room[used++] = (byte)'"';
        while (true)
        {
            var next = text.IndexOfAny(Escaped);
            used += Encoding.UTF8.GetBytes(next < 0 ? text : text[..next], room[used..]);
            if (next < 0)
            {
                break;
            }

            if (text[next] is '"' or '\\')
            {
                room[used++] = (byte)'\\';
                room[used++] = (byte)text[next];
            }
            else
            {
                room[used++] = (byte)' ';
            }

            text = text[(next + 1)..];
        }

        room[used++] = (byte)'"';
        return used;
    }

    /// <summary>Times before 1970 are rounded down too, so that units are of the same length everywhere.</summary>
    private static long FloorDivide(long value, long divisor)
    {
        var quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }
}
