// How many bytes of buffers a device holds at most. Buffers made before the watch began are not counted.

export interface BufferWatch {
  readonly peakBytes: number;
}

/** From now on. Buffers count until they are destroyed. */
export function watchBuffers(device: GPUDevice): BufferWatch {
  const watch = { peakBytes: 0 };
  let bytes = 0;
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    let isThere = true;
    bytes += descriptor.size;
    watch.peakBytes = Math.max(watch.peakBytes, bytes);
    buffer.destroy = () => {
      if (isThere) bytes -= descriptor.size;
      isThere = false;
      return destroy();
    };
    return buffer;
  };
  return watch;
}
