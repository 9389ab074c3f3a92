# SPDX-License-Identifier: MIT
#
# Looking into a stopped program that uses libdmasim (built with -g):
#
#   gdb -x docs/gdb/dmasim.gdb PROGRAM
#
#   dmasim-walk RID IOVA   walk the page table of a requester, entry by entry
#   dmasim-iotlb           what the IOMMU has cached, by domain
#   dmasim-domains         live DMA domains, their tables and requesters
#   dmasim-events [N]      the newest N events (default 20)
#
# A process that can run may also be asked to print by itself, with every field
# of an entry and in every format (docs/inspect.md):
#
#   call dmasim_iommu_print("0000:01:00.0")
#   call dmasim_iommu_print_walk("0000:01:00.0", IOVA)
#   call dmasim_iommu_print_iotlb()
#
# RID is bus << 8 | devfn: 0x100 is 0000:01:00.0. All of these read memory and
# call nothing, so they work at any breakpoint, with any lock held, and in a
# core file. The walk is written from the formats, like the hardware's; unlike
# that one it does not check reserved bits and knows amdv1 and vtdss only.

define dmasim-walk
  if $argc != 2
    printf "dmasim-walk RID IOVA\n"
  else
    dmasim_walk_context $arg0 $arg1
  end
end
document dmasim-walk
dmasim-walk RID IOVA: walk the page table of requester RID for one address,
from the context entry as software wrote it and the bytes in RAM.
end

define dmasim_walk_context
  set $rid = $arg0
  set $iova = (unsigned long)$arg1
  set $have = hw_iommu.contexts != 0
  if !$have
    printf "no machine is powered on\n"
  end
  if $have && !hw_config.iommu
    printf "no IOMMU: physical 0x%lx\n", $iova
    set $have = 0
  end
  if $have
    set $ctx = &hw_iommu.contexts[$rid].mem
    if $ctx->mode == HW_IOMMU_BLOCK
      printf "requester 0x%x: blocked\n", $rid
    end
    if $ctx->mode == HW_IOMMU_BYPASS
      printf "requester 0x%x: bypass, physical 0x%lx\n", $rid, $iova
    end
    if $ctx->mode == HW_IOMMU_TRANSLATE
      printf "requester 0x%x: domain %u, root 0x%lx, %u levels, ", $rid, $ctx->domain, $ctx->root, $ctx->levels
      output $ctx->format
      printf "\n"
      if $ctx->format != HW_PT_AMDV1 && $ctx->format != HW_PT_VTDSS
        printf "  only amdv1 and vtdss are decoded here\n"
      else
      if $ctx->levels < 6 && $iova >> (12 + 9 * $ctx->levels)
        printf "  0x%lx is beyond what %u levels translate\n", $iova, $ctx->levels
      else
        dmasim_walk_table
      end
      end
    end
  end
end

define dmasim_walk_table
  set $table = $ctx->root
  set $level = (int)$ctx->levels - 1
  set $r = 1
  set $w = 1
  while $level >= 0
    set $shift = 12 + 9 * $level
    set $index = ($iova >> $shift) & 511
    set $e = *(unsigned long *)(hw_ram_host + $table + 8 * $index)
    set $addr = $e & 0x000ffffffffff000
    if $ctx->format == HW_PT_AMDV1
      set $present = (int)($e & 1)
      set $next = (int)(($e >> 9) & 7)
      set $leaf = $next == 0 || $next == 7
      set $r = $r & (int)(($e >> 61) & 1)
      set $w = $w & (int)(($e >> 62) & 1)
      set $lg2 = $shift
      if $next == 7
        # The size is coded: a run of ones in the address, then a zero.
        set $lg2 = 13
        while ($e >> ($lg2 - 1)) & 1
          set $lg2 = $lg2 + 1
        end
      end
    else
      set $present = (int)(($e & 3) != 0)
      set $leaf = $level == 0 || (($e >> 7) & 1)
      set $r = $r & (int)($e & 1)
      set $w = $w & (int)(($e >> 1) & 1)
      set $next = $level
      set $lg2 = $shift
    end
    printf "  level %d  table 0x%lx [%3lu]  entry 0x%016lx", $level, $table, $index, $e
    if !$present
      printf "  not present\n"
      set $level = -1
    else
      if $leaf
        set $phys = ($addr & ~((1UL << $lg2) - 1)) | ($iova & ((1UL << $lg2) - 1))
        printf "  leaf of %lu KiB, physical 0x%lx, ", (1UL << $lg2) >> 10, $phys
        if $r
          printf "r"
        end
        if $w
          printf "w"
        end
        printf "\n"
        set $level = -1
      else
        printf "  table\n"
        set $table = $addr
        set $level = $next - 1
      end
    end
  end
end

define dmasim-iotlb
  set $t = &hw_iommu.iotlb
  if $t->bucket == 0
    printf "no machine is powered on\n"
  else
    printf "%lu leaves, %lu entries in all, ", $t->nr_leaves, $t->nr_all
    if $t->capacity
      printf "at most %lu leaves\n", $t->capacity
    else
      printf "no limit\n"
    end
    set $i = 0
    while $i <= $t->mask
      set $e = $t->bucket[$i]
      while $e
        if $e->tag < 64
          printf "  domain %5u  0x%012lx + 2^%-2u ", $e->dom->id, $e->first, $e->tag
          if $e->absent
            printf "nothing there\n"
          else
            printf "-> 0x%lx  r%u w%u  level %u\n", $e->phys, $e->read, $e->write, $e->level
          end
        else
          printf "  domain %5u  0x%012lx + 2^%-2u table 0x%lx  level %u\n", $e->dom->id, ($e->first >> ($e->tag - 64)) << ($e->tag - 64), $e->tag - 64, $e->phys, $e->level
        end
        set $e = $e->chain
      end
      set $i = $i + 1
    end
  end
end
document dmasim-iotlb
dmasim-iotlb: every translation and table pointer that the IOMMU has cached.
A device's own last translations (hw_dev.tlb) are not shown.
end

define dmasim-domains
  set $head = &'dma/dma_domain.c'::cookies
  set $node = $head->next
  set $nr = 0
  while $node && $node != $head
    set $cookie = (struct iommu_dma_cookie *)((char *)$node - (unsigned long)&((struct iommu_dma_cookie *)0)->node)
    set $domain = $cookie->domain
    set $sd = (struct sim_domain *)$domain
    printf "domain %u  type 0x%x  aperture 0x%lx..0x%lx  ", $sd->tag.id, $domain->type, $domain->geometry.aperture_start, $domain->geometry.aperture_end
    if $cookie->fq
      printf "lazy\n"
    else
      printf "strict\n"
    end
    set $req = $sd->devices.next
    while $req != &$sd->devices
      set $rid = ((struct sim_requester *)((char *)$req - (unsigned long)&((struct sim_requester *)0)->node))->rid[0]
      printf "  %02x:%02x.%u (0x%x)  root 0x%lx, %u levels\n", $rid >> 8, ($rid >> 3) & 31, $rid & 7, $rid, hw_iommu.contexts[$rid].mem.root, hw_iommu.contexts[$rid].mem.levels
      set $req = $req->next
    end
    set $nr = $nr + 1
    set $node = $node->next
  end
  printf "%d DMA domains\n", $nr
end
document dmasim-domains
dmasim-domains: the domains that serve the DMA API, with the requesters that
are attached to them.
end

define dmasim-events
  set $want = 20
  if $argc == 1
    set $want = $arg0
  end
  set $last = 'host/log.c'::last_seq
  set $seq = 1
  if $last > $want
    set $seq = $last - $want + 1
  end
  while $seq <= $last && 'host/log.c'::ring != 0
    set $ev = &'host/log.c'::ring[$seq % 4096]
    printf "%6lu  %-18s %-14s %s\n", $ev->seq, $ev->id, $ev->dev, $ev->text
    set $seq = $seq + 1
  end
  printf "%lu events\n", $last
end
document dmasim-events
dmasim-events [N]: the newest N events of the ring (default 20). For an event's
call path: print $ev->frames after the command, then info symbol.
end
