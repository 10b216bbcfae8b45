using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Joining;

/// <summary>An id of a <see cref="RecordJoin{TEntry}"/>; what waits under it is the subclass's. Used again for other ids: its arrays only grow.</summary>
internal abstract class JoinEntry
{
    private const int Fields = 3;

    private byte[] _id = [];
    private int _idLength;

    internal JoinState State { get; set; }

    /// <summary>Event time after which it has waited too long, ms since 1970.</summary>
    internal long Expires { get; set; }

    /// <summary>Of its id.</summary>
    internal int Hash { get; private set; }

    /// <summary>Neighbours in the list of its state, from the oldest to the newest.</summary>
    internal JoinEntry? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    internal JoinEntry? Newer { get; set; }

    /// <summary>The next one of the same place in the table of ids.</summary>
    internal JoinEntry? Next { get; set; }

    internal ReadOnlySpan<byte> Id => _id.AsSpan(0, _idLength);

    /// <summary>Fields that the subclass stores in the state that it is in.</summary>
    private protected abstract int OwnFields { get; }

    internal void Begin(ReadOnlySpan<byte> id, int hash)
    {
        if (_id.Length < id.Length)
        {
            _id = new byte[id.Length];
        }

        id.CopyTo(_id);
        _idLength = id.Length;
        Hash = hash;
        Clear();
    }

    /// <summary>Gives up room that only a large record needs, where nothing waits: thousands of entries are remembered.</summary>
    internal abstract void ReleaseLarge();

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Fields + OwnFields);
        writer.Write(Id);
        writer.Write((byte)State);
        writer.Write(Expires);
        SaveOwn(ref writer);
    }

    internal void Load(ref MessagePackReader reader)
    {
        var fields = reader.ReadArrayHeader();
        var id = reader.ReadBytes() ?? default;
        StateFormat.Require(id.Length <= ushort.MaxValue, "an id is too long");
        _id = new byte[id.Length];
        System.Buffers.BuffersExtensions.CopyTo(id, _id);
        _idLength = _id.Length;
        Hash = HashOf(_id);
        State = (JoinState)reader.ReadByte();
        Expires = reader.ReadInt64();
        Clear();
        StateFormat.Require(State <= JoinState.Early && fields == Fields + OwnFields, "a record that waits has the wrong fields");
        LoadOwn(ref reader);
    }

    /// <summary>Not the same from one process to the next, so that nobody can choose ids that collide. Nothing that is seen depends on it.</summary>
    internal static int HashOf(ReadOnlySpan<byte> id)
    {
        var hash = default(HashCode);
        hash.AddBytes(id);
        return hash.ToHashCode();
    }

    /// <summary>It is of another id now: nothing but that is needed any more.</summary>
    private protected abstract void Clear();

    private protected abstract void SaveOwn(ref MessagePackWriter writer);

    /// <summary>Reads what <see cref="SaveOwn"/> has written in the same state.</summary>
    private protected abstract void LoadOwn(ref MessagePackReader reader);
}
