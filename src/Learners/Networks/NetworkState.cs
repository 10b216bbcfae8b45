using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// The whole state of a network that learns, as a versioned block: architecture, device, parameters, carried state, and the updater's.
/// </summary>
/// <remarks>
/// The device is in it because backends agree closely but not to the bit: who loads a state goes on where it was
/// (<see cref="PeekDevice"/>), or decides otherwise.
/// </remarks>
public static class NetworkState
{
    private const string Name = "network";
    private const int Version = 1;
    private const int Fields = 5;

    /// <summary>Writes a network and what updates it.</summary>
    /// <exception cref="InvalidOperationException">A parameter is not finite, which only who writes into the vector itself can bring about.</exception>
    public static void Save(ref MessagePackWriter writer, INetwork network, INetworkUpdater updater)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(network.Architecture.Signature);
        writer.Write((int)network.Device);
        var parameters = new float[network.Architecture.Layout.Count];
        network.CopyParameters(parameters);
        RequireLoadable(parameters);
        writer.WriteFloats(parameters);
        float[] state = [];
        if (network is IRecurrentNetwork recurrent)
        {
            state = new float[recurrent.MaxBatch * recurrent.StateSize];
            recurrent.CopyState(state);
        }

        writer.WriteFloats(state);
        updater.Save(ref writer);
    }

    /// <summary>Takes over what <see cref="Save"/> has written, from whichever device, as a whole or not at all.</summary>
    /// <exception cref="StateFormatException">It is of another architecture, other options, another version, or damaged.</exception>
    public static void Load(ref MessagePackReader reader, INetwork network, INetworkUpdater updater)
    {
        var parameters = new float[network.Architecture.Layout.Count];
        var recurrent = network as IRecurrentNetwork;
        var state = recurrent is null ? [] : new float[recurrent.MaxBatch * recurrent.StateSize];
        ReadDevice(ref reader, network.Architecture);
        try
        {
            reader.ReadFloats(parameters);
            reader.ReadFloats(state);
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            throw Damaged(exception);
        }

        updater.Load(ref reader);
        network.SetParameters(parameters);
        recurrent?.SetState(state);
    }

    /// <summary>The device that a stored network was on; the reader stays where it is.</summary>
    /// <exception cref="StateFormatException">It is of another architecture or version.</exception>
    public static NetworkDevice PeekDevice(in MessagePackReader reader, NetworkArchitecture architecture)
    {
        var copy = reader;
        return ReadDevice(ref copy, architecture);
    }

    private static void RequireLoadable(ReadOnlySpan<float> parameters)
    {
        if (!TensorPrimitives.IsFiniteAll(parameters))
        {
            throw new InvalidOperationException("A parameter is not finite: such a state could not be loaded again.");
        }
    }

    private static NetworkDevice ReadDevice(ref MessagePackReader reader, NetworkArchitecture architecture)
    {
        try
        {
            reader.ReadHeader(Name, Version, Fields);
            var signature = reader.ReadString();
            if (signature != architecture.Signature)
            {
                throw new StateFormatException(
                    $"Stored state is of the network '{signature}'; expected '{architecture.Signature}': " +
                    "the learner's settings have changed.");
            }

            var device = (NetworkDevice)reader.ReadInt32();
            StateFormat.Require(Enum.IsDefined(device), "there is no such device");
            return device;
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            throw Damaged(exception);
        }
    }

    private static StateFormatException Damaged(Exception exception) => new($"Stored state is damaged: {exception.Message}");
}
