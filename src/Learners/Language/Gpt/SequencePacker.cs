using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language.Gpt;

/// <summary>
/// Packs texts into sequences of a model's context, each of one domain, and keeps the full ones until they are learned. It is the order of the texts alone that
/// decides.
/// </summary>
/// <remarks>
/// A text that is no longer than a sequence is never cut: it goes into the open sequence of its domain, or, where that has no room for it, into a new one. A longer
/// one begins a sequence and is cut into pieces of a whole context; each piece sees the last token of the one before it. The first token of a text that begins a
/// sequence sees the end of a document before it, so every token is foreseen once.
/// </remarks>
internal sealed class SequencePacker
{
    private const string Format = "sequences";

    private readonly int _context;
    private readonly int _vocabulary;
    private readonly int _endOfDocument;
    private readonly int _mostOfDomain;
    private readonly bool _byDomain;

    // By domain; null: it has none.
    private readonly List<TokenSequence?> _open = [];

    // Full ones, by domain; or all in the first, in the order in which they were filled.
    private readonly List<Queue<TokenSequence>> _full = [];
    private readonly Stack<TokenSequence> _free = new();

    /// <param name="task">Context and tokens.</param>
    /// <param name="byDomain">Whether full sequences are taken by their domain, not in their order.</param>
    /// <param name="mostOfDomain">By domain: full sequences of each that wait at most; then the oldest is dropped.</param>
    internal SequencePacker(LanguageTask task, bool byDomain, int mostOfDomain)
    {
        _context = task.Context;
        _vocabulary = task.Tokenizer.Vocabulary;
        _endOfDocument = task.Tokenizer.EndOfDocument;
        _byDomain = byDomain;
        _mostOfDomain = mostOfDomain;
    }

    /// <summary>Full sequences.</summary>
    internal int Full { get; private set; }

    /// <summary>Sequences that still have room.</summary>
    internal int Open { get; private set; }

    /// <summary>Sequences that were dropped.</summary>
    internal long Dropped { get; private set; }

    /// <summary>Packs a text.</summary>
    internal void Add(in TokenizedText text)
    {
        var tokens = text.Tokens;
        if (tokens.Length > _context || OpenOf(text.Domain) is { } open && open.Room < tokens.Length)
        {
            Close(text.Domain);
        }

        var before = _endOfDocument;
        var (cut, bytesCut) = (0, 0);
        while (cut < tokens.Length)
        {
            var sequence = OpenOf(text.Domain) ?? Begin(text.Domain, before);
            var piece = tokens.Slice(cut, Math.Min(tokens.Length - cut, sequence.Room));
            cut += piece.Length;

            // Of a text's bytes each piece has its share by tokens, and all together have them all.
            var bytes = (int)((long)text.Bytes * cut / tokens.Length);
            sequence.Add(piece, bytes - bytesCut, endsText: cut == tokens.Length);
            bytesCut = bytes;
            before = piece[^1];
            if (sequence.Room == 0)
            {
                Close(text.Domain);
            }
        }
    }

    /// <summary>Counts the open sequences as full, in the order of their domains.</summary>
    internal void CloseAll()
    {
        for (var domain = 0; domain < _open.Count; domain++)
        {
            Close(domain);
        }
    }

    /// <summary>Full sequences of a domain that wait.</summary>
    internal int FullOf(int domain) => domain < _full.Count ? _full[domain].Count : 0;

    /// <summary>Takes the oldest full sequence, of a domain where they are taken by that; it is given back by <see cref="Return"/>.</summary>
    internal TokenSequence Take(int domain = 0)
    {
        Full--;
        return _full[domain].Dequeue();
    }

    /// <summary>Drops the oldest full sequence of a domain.</summary>
    internal void Drop(int domain)
    {
        Dropped++;
        Return(Take(domain));
    }

    /// <summary>Gives back a sequence that is no longer needed.</summary>
    internal void Return(TokenSequence sequence) => _free.Push(sequence);

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 1, fields: 3);
        writer.Write(Dropped);
        writer.WriteArrayHeader(Open * TokenSequence.Fields);
        foreach (var open in _open)
        {
            open?.Save(ref writer);
        }

        writer.WriteArrayHeader(Full * TokenSequence.Fields);
        foreach (var full in _full.SelectMany(queue => queue))
        {
            full.Save(ref writer);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 1, fields: 3);
        Dropped = reader.ReadInt64();
        StateFormat.Require(Dropped >= 0, "dropped sequences are below zero");
        _open.Clear();
        _full.Clear();
        (Open, Full) = (0, 0);
        for (var count = Count(ref reader); count > 0; count--)
        {
            var sequence = Loaded(ref reader);
            StateFormat.Require(OpenOf(sequence.Domain) is null && sequence.Room > 0, "an open sequence is there twice, or full");
            SetOpen(sequence.Domain, sequence);
            Open++;
        }

        for (var count = Count(ref reader); count > 0; count--)
        {
            Enqueue(Loaded(ref reader));
        }
    }

    private static int Count(ref MessagePackReader reader)
    {
        var (count, rest) = Math.DivRem(reader.ReadArrayHeader(), TokenSequence.Fields);
        StateFormat.Require(rest == 0, "waiting sequences are of no whole number");
        return count;
    }

    private TokenSequence Loaded(ref MessagePackReader reader)
    {
        var sequence = new TokenSequence(_context);
        sequence.Load(ref reader, _vocabulary);
        return sequence;
    }

    private TokenSequence? OpenOf(int domain) => domain < _open.Count ? _open[domain] : null;

    private TokenSequence Begin(int domain, int before)
    {
        if (!_free.TryPop(out var sequence))
        {
            sequence = new TokenSequence(_context);
        }

        sequence.Begin(domain, before);
        SetOpen(domain, sequence);
        Open++;
        return sequence;
    }

    private void Close(int domain)
    {
        if (OpenOf(domain) is { } open)
        {
            _open[domain] = null;
            Open--;
            Enqueue(open);
        }
    }

    private void SetOpen(int domain, TokenSequence sequence)
    {
        while (_open.Count <= domain)
        {
            _open.Add(null);
        }

        _open[domain] = sequence;
    }

    private void Enqueue(TokenSequence full)
    {
        var queue = _byDomain ? full.Domain : 0;
        while (_full.Count <= queue)
        {
            _full.Add(new Queue<TokenSequence>());
        }

        if (_byDomain && _full[queue].Count >= _mostOfDomain)
        {
            Drop(queue);
        }

        _full[queue].Enqueue(full);
        Full++;
    }
}
